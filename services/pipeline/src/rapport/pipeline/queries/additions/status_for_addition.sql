-- name: status_for_addition
-- Whether people are being hired for it: nobody is added to another one.
SELECT status FROM job WHERE id = $1 AND removed_at IS NULL
