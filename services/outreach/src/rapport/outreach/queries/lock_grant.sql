-- name: lock_grant
-- Held while it is decided whether it may be taken back.
SELECT granted_by, user_id, role, revoked_at FROM sending_grant WHERE id = $1 FOR UPDATE
