-- name: claim_notification
-- The oldest due one. Claimed by moving its next try past the time an attempt can take: a worker that dies does not take
-- it along, and it is sent again.
UPDATE notification n
SET attempts = n.attempts + 1, next_try_at = $2
WHERE (n.org_id, n.id) = (
    SELECT o.org_id, o.id FROM notification o
    WHERE o.state = 'waiting' AND o.next_try_at <= $1
    ORDER BY o.next_try_at, o.id LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING n.id, n.attempts, n.cause, n.traceparent, n.recipient_id, n.author_id, n.takeover_request_id
