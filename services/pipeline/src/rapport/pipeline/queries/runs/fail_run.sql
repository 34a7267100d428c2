-- name: fail_run
-- Interrupted, with the reason; the next try resumes it.
UPDATE sync_run SET phase = 'failed', error = $2 WHERE connection = $1
