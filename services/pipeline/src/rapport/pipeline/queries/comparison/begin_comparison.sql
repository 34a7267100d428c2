-- name: begin_comparison
-- A request from now on is for the next comparison.
UPDATE comparison SET state = 'running', started_at = $2, requested_at = NULL WHERE connection = $1
