-- name: queue_ats_write
-- In the transaction of the change itself, so that none is forgotten and none is written that was not made. With $10
-- it is the last move once more, which the ATS has refused: nothing else leads to a conflict about the stage.
INSERT INTO ats_write (org_id, id, connection, application_id, from_stage_id, to_stage_id, user_id, requested_at,
    state, next_try_at, cause, traceparent, repeats, action, from_status, to_status, reason_id, note,
    to_job_id, opening_id, starts_on, in_bulk)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, 'waiting', $7, $8, $9, CASE WHEN $10 THEN (
    SELECT max(t.version) FROM transition t WHERE t.application_id = $3 AND t.kind = 'moved' AND NOT t.backfilled
) END, $11, $12, $13, $14, $15, $16, $17, $18, $19)
