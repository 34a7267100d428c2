-- name: resume_run
-- The run keeps its kind and its start; its collections keep their places.
UPDATE sync_run SET phase = 'running', error = NULL WHERE connection = $1
