-- name: save_search
-- Saving one again under the same key changes nothing.
INSERT INTO saved_search (org_id, id, owner_id, name, query, sort, sharing, job_id, created_at, changed_at, version)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $8, 1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
