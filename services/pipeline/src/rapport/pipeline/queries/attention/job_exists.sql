-- name: job_exists
-- Whether somebody could see such a job: thresholds are set for nothing else.
SELECT EXISTS (SELECT 1 FROM job WHERE id = $1 AND removed_at IS NULL)
