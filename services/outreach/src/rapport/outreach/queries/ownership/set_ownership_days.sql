-- name: set_ownership_days
-- Beside the organisation's other limits.
INSERT INTO limits (org_id, ownership_days) VALUES (current_org(), $1)
ON CONFLICT (org_id) DO UPDATE SET ownership_days = excluded.ownership_days
