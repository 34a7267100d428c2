-- name: queue_addition
-- In the transaction of the request; somebody who is being added to the job already is not added twice.
INSERT INTO application_addition (org_id, id, connection, person_id, job_id, user_id, requested_at, state, next_try_at,
    cause, traceparent, in_bulk)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, 'waiting', $6, $7, $8, $9)
ON CONFLICT DO NOTHING
