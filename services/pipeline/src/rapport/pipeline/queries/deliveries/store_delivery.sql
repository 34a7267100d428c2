-- name: store_delivery
-- Stored before it is acknowledged; a duplicate changes nothing. A delivery that names only an application is about its
-- person: its body is emptied when they are erased.
INSERT INTO delivery (org_id, connection, delivery_id, action, body, received_at, next_try_at, state, traceparent,
    person_id)
VALUES (current_org(), $1, $2, $3, $4, $5, $5, $6, $7,
    coalesce($8::uuid, (SELECT a.person_id FROM application a WHERE a.id = $9::uuid)))
ON CONFLICT DO NOTHING
RETURNING delivery_id
