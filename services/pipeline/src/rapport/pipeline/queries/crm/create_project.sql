-- name: create_project
-- Beginning one again under the same key changes nothing.
INSERT INTO project (org_id, id, name, created_by, created_at, changed_at, version)
VALUES (current_org(), $1, $2, $3, $4, $4, 1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
