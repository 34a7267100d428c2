-- name: request_comparison
-- It begins once the one that may be running is done: what that one has looked at already may have changed.
INSERT INTO comparison AS mine (org_id, connection, requested_at) VALUES (current_org(), $1, $2)
ON CONFLICT (org_id, connection) DO UPDATE SET requested_at = excluded.requested_at
