-- name: notify_of_takeover_request
-- With the request: one mail for each.
INSERT INTO notification
    (org_id, id, kind, due_at, state, next_try_at, cause, traceparent, recipient_id, author_id, takeover_request_id)
VALUES (current_org(), $1, 'takeover_requested', $2, 'waiting', $2, $3, $4, $5, $6, $7)
