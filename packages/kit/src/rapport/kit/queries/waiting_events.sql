-- name: waiting_events
-- What the broker has not acknowledged yet, in the order of positions: never "after the last id", which would
-- lose events whose transaction committed late. First which, then each by its key: the planner, who thinks that the columns
-- of the key have nothing to do with one another, would join all of a long backlog for every thousand of it.
SELECT p.position, p.org_id, p.id, o.subject, o.traceparent, o.body
FROM (
    SELECT position, org_id, id, recorded_at FROM publication
    WHERE stream_sequence IS NULL ORDER BY position LIMIT $1
) p
CROSS JOIN LATERAL (
    SELECT subject, traceparent, body FROM outbox
    WHERE org_id = p.org_id AND id = p.id AND recorded_at = p.recorded_at
    LIMIT 1
) o
ORDER BY p.position
