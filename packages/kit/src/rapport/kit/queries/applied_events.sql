-- name: applied_events
-- Which of these a consumer has applied.
SELECT event_id FROM inbox WHERE org_id = $1 AND consumer = $2 AND event_id = ANY($3::uuid[])
