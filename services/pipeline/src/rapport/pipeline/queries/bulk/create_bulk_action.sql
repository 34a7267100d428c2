-- name: create_bulk_action
-- Checking one again under the same key changes nothing.
INSERT INTO bulk_action (org_id, id, action, requested_by, requested_at, private_to, state, state_since, people, version)
VALUES (current_org(), $1, $2, $3, $4, $5, 'checked', $4, $6, 1)
ON CONFLICT (org_id, id) DO NOTHING
RETURNING id
