-- name: store_delivery
-- Stored before it is answered; a delivery that comes again changes nothing.
INSERT INTO delivery (org_id, connection, delivery_id, action, body, received_at, next_try_at, state, traceparent,
    person_id)
VALUES (current_org(), $1, $2, $3, $4, $5, $5, $6, $7, $8)
ON CONFLICT DO NOTHING
RETURNING delivery_id
