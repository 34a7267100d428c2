-- name: create_bulk_action
-- Checking one again under the same key changes nothing; neither does starting one on applications again.
INSERT INTO bulk_action (org_id, id, action, requested_by, requested_at, private_to, state, state_since, people, version,
    requested_as)
VALUES (current_org(), $1, $2, $3, $4, $5, $7, $4, $6, 1, $8)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
