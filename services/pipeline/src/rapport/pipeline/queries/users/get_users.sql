-- name: get_users
-- A page of the active users by name, after a name and an id; a text to look for is matched as it is, not as a pattern.
-- $5: only those whom the ATS knows, or whom it does not.
WITH page AS MATERIALIZED (
    SELECT lower(u.name) AS place, u.id, u.name, u.email, u.active FROM user_account u
    WHERE u.active AND (lower(u.name), u.id) > ($1::text, $2::uuid)
        AND ($3::text IS NULL OR position(lower($3) IN lower(u.name)) > 0 OR position(lower($3) IN lower(u.email)) > 0)
        AND ($5::boolean IS NULL OR (u.external_id <> '') = $5)
    ORDER BY lower(u.name), u.id
    LIMIT $4 + 1
), kept AS (
    SELECT * FROM page ORDER BY place, id LIMIT $4
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(place, id::text),
        'node', json_build_object('id', id, 'name', name, 'email', email, 'active', active)
    ) ORDER BY place, id), '[]') FROM kept),
    'has_next', (SELECT count(*) > $4 FROM page)
)::text
