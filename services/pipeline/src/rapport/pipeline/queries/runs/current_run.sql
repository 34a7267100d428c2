-- name: current_run
-- The connection's current or last run.
SELECT phase, "full", started_at, finished_at, requested FROM sync_run WHERE connection = $1
