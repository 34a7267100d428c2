-- name: count_open_actions
-- So that a job has only so many.
SELECT count(*) FROM agreed_action WHERE job_id = $1 AND done_at IS NULL AND removed_at IS NULL
