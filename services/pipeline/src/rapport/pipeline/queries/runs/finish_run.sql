-- name: finish_run
-- In sync again: changes since the start are read by the next run.
UPDATE sync_run SET phase = 'idle', finished_at = $2, error = NULL WHERE connection = $1
