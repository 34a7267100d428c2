-- name: get_directory_changes
-- A page of them, the newest first, after a time and an id; of one user, if $4 names one.
WITH page AS MATERIALIZED (
    SELECT * FROM directory_change
    WHERE (at, id) < ($1::timestamptz, $2::uuid) AND ($4::uuid IS NULL OR user_id = $4)
    ORDER BY at DESC, id DESC
    LIMIT $3 + 1
), kept AS (
    SELECT * FROM page ORDER BY at DESC, id DESC LIMIT $3
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(at, id::text),
        'node', to_jsonb(k) - 'org_id'
    ) ORDER BY at DESC, id DESC), '[]') FROM kept k),
    'has_next', (SELECT count(*) > $3 FROM page)
)::text
