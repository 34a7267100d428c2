-- name: find_grant
-- Who gave it and to whom never changes: it need not be held to decide who may take it back.
SELECT granted_by, user_id, role FROM sending_grant WHERE id = $1
