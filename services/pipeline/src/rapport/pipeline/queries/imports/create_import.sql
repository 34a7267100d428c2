-- name: create_import
-- Beginning one again under the same key changes nothing.
INSERT INTO import (org_id, id, file_name, created_by, created_at, state, state_since, version)
VALUES (current_org(), $1, $2, $3, $4, 'receiving', $4, 1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
