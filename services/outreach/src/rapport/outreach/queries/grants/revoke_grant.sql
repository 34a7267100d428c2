-- name: revoke_grant
-- It stays as a record of what was allowed when.
UPDATE sending_grant SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
