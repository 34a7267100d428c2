-- name: status_of_job
-- Whether people are being hired for it.
SELECT status FROM job WHERE id = $1
