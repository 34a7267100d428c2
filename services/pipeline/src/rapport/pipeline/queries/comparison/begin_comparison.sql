-- name: begin_comparison
-- What is asked for from now on is another one.
UPDATE comparison SET state = 'running', started_at = $2, requested_at = NULL WHERE connection = $1
