-- name: request_grant
-- With the state that makes a message wait. Its id stands for owner, author and day: one mail at most. One that was
-- dropped, since nothing waited any more, has not been sent and may be due again.
INSERT INTO notification AS n
    (org_id, id, kind, due_at, state, next_try_at, cause, traceparent, recipient_id, author_id)
VALUES (current_org(), $1, 'grant_requested', $2, 'waiting', $2, $3, $4, $5, $6)
ON CONFLICT (org_id, id) DO UPDATE
SET state = 'waiting', due_at = excluded.due_at, next_try_at = excluded.next_try_at, attempts = 0, finished_at = NULL,
    cause = excluded.cause, traceparent = excluded.traceparent
WHERE n.state = 'dropped'
