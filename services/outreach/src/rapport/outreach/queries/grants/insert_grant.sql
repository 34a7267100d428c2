-- name: insert_grant
-- Nothing if the same is granted already.
INSERT INTO sending_grant (org_id, id, granted_by, granted_at, user_id, role)
VALUES (current_org(), $1, $2, $3, $4, $5)
ON CONFLICT DO NOTHING
RETURNING id
