-- name: status_of_shown_job
-- Whether people are being hired for it; null if there is no such job, or the ATS removed it.
SELECT status FROM job WHERE id = $1 AND removed_at IS NULL
