-- name: find_grant
-- Who gave it and to whom never changes: it need not be locked to decide who may revoke it.
SELECT granted_by, user_id, role FROM sending_grant WHERE id = $1
