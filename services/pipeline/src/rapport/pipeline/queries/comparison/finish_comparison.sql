-- name: finish_comparison
-- What was accepted was accepted for this one, unless it was said of the next.
UPDATE comparison SET state = $2, finished_at = $3, version = $4, accept_missing = accept_missing AND requested_at IS NOT NULL
WHERE connection = $1
