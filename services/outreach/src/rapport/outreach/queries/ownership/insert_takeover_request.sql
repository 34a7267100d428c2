-- name: insert_takeover_request
-- The person is locked: who asks twice has one request.
INSERT INTO takeover_request (org_id, id, person_id, record_id, owner_id, requested_by, requested_at, note)
VALUES (current_org(), $1, $2, $2, $3, $4, $5, $6)
