-- name: accept_events
-- Answers only the events not applied before; the entries commit together with their effect.
INSERT INTO inbox (org_id, consumer, fact_id)
SELECT $1, $2, unnest($3::uuid[])
ON CONFLICT DO NOTHING
RETURNING fact_id
