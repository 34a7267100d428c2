-- name: finish_run
-- In sync again, as of the start: changes since then are read by the next run.
UPDATE sync_run SET phase = 'idle', finished_at = $2, in_sync_at = started_at, error = NULL WHERE connection = $1
