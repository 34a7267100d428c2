-- name: mark_job_published
-- In the transaction of the event, so that every change is published once.
UPDATE job SET version = $2, published_state = $3::jsonb WHERE id = $1
