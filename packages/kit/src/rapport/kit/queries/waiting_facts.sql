-- name: waiting_facts
-- What the broker has not acknowledged yet, in the order of positions: never "after the last id", which would
-- lose facts whose transaction committed late.
SELECT p.position, p.org_id, p.id, o.subject, o.traceparent, o.body
FROM publication p
JOIN outbox o ON o.org_id = p.org_id AND o.id = p.id AND o.recorded_at = p.recorded_at
WHERE p.stream_sequence IS NULL
ORDER BY p.position
LIMIT $1
