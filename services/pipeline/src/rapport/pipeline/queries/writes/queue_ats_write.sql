-- name: queue_ats_write
-- In the transaction of the move itself, so that no move is forgotten and none is written that was not made.
INSERT INTO ats_write (org_id, id, connection, application_id, from_stage_id, to_stage_id, user_id, requested_at,
    state, next_try_at, cause, traceparent)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, 'waiting', $7, $8, $9)
