-- name: insert_notification
-- In the transaction that accepts the event; a duplicate is ignored.
INSERT INTO notification (org_id, id, kind, due_at, state, next_try_at, cause, traceparent)
VALUES (current_org(), $1, $2, $3, 'waiting', $3, $4, $5)
ON CONFLICT DO NOTHING
