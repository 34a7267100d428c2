-- name: active_grant
-- The equal grant in force.
SELECT id FROM sending_grant
WHERE granted_by = $1 AND user_id IS NOT DISTINCT FROM $2 AND role IS NOT DISTINCT FROM $3 AND revoked_at IS NULL
