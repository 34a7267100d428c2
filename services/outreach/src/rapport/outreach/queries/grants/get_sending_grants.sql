-- name: get_sending_grants
-- Those a user gave, and those they have by themselves or by a role.
SELECT json_build_object('items', coalesce(json_agg(d ORDER BY d.granted_at DESC, d.id DESC), '[]'))::text
FROM (
    SELECT * FROM sending_grant_document g
    WHERE (g.granted_by = $1 OR g.user_id = $1 OR g.role = ANY($2::text[])) AND ($3::boolean OR g.revoked_at IS NULL)
    ORDER BY g.granted_at DESC, g.id DESC LIMIT 200
) d
