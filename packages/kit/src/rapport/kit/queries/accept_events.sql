-- name: accept_events
-- Answers only the facts not applied before; the entries commit together with their effect.
INSERT INTO inbox (org_id, consumer, event_id)
SELECT $1, $2, unnest($3::uuid[])
ON CONFLICT DO NOTHING
RETURNING event_id
