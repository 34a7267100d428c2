-- name: revoke_link
-- A link is revoked once; the first moment counts.
UPDATE link SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL
