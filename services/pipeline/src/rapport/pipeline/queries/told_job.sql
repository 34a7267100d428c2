-- name: told_job
-- Told in the transaction of the event.
UPDATE job SET version = $2, told = $3::jsonb WHERE id = $1
