-- name: connection_of_shown_job
-- Whose list it came from; null if there is no such job, or the ATS removed it.
SELECT connection FROM job WHERE id = $1 AND removed_at IS NULL
