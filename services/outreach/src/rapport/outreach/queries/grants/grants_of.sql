-- name: grants_of
-- The permissions in force to send from this user's mailbox.
SELECT user_id, role FROM sending_grant WHERE granted_by = $1 AND revoked_at IS NULL
