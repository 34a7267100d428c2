-- name: finish_run
-- In step again: what happened since the start is read by the next run.
UPDATE sync_run SET phase = 'idle', finished_at = $2, error = NULL WHERE connection = $1
