-- name: insert_takeover
-- From now on somebody else is in touch with a person, who is locked.
INSERT INTO takeover (org_id, id, person_id, record_id, user_id, recorded_by, recorded_at, reason, request_id)
VALUES (current_org(), $1, $2, $2, $3, $4, $5, $6, $7)
