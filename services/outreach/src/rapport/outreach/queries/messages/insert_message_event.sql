-- name: insert_message_event
-- Beside the current state, in the transaction that changes it; the message's row is locked, so numbers do not collide.
INSERT INTO message_event (org_id, message_id, number, occurred_at, state, handed_over, blocker, explanation, actor,
    cause)
SELECT current_org(), $1, 1 + coalesce(max(number), 0), $2, $3, $4, $5, $6, $7, $8
FROM message_event WHERE org_id = current_org() AND message_id = $1
