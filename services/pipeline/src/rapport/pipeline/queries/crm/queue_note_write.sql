-- name: queue_note_write
-- In the transaction of the note itself, so that none is forgotten.
INSERT INTO note_write (org_id, note_id, connection, application_id, user_id, state, requested_at, next_try_at, cause,
    traceparent)
VALUES (current_org(), $1, $2, $3, $4, 'waiting', $5, $5, $6, $7)
