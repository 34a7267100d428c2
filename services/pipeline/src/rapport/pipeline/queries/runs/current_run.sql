-- name: current_run
-- What this connection was doing when we last wrote it down.
SELECT phase, "full", started_at, finished_at, requested FROM sync_run WHERE connection = $1
