-- name: get_users_by_ids
-- Former users are included: history names them.
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'id', u.id, 'name', u.name, 'email', u.email, 'active', u.active)), '[]'))::text
FROM user_account u WHERE u.id = ANY($1::uuid[])
