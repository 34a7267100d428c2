-- name: get_diversity_uses
-- A page of the uses and changes, the newest first.
WITH page AS MATERIALIZED (
    SELECT id, used_at, user_id, kind, people, filter, with_text, option_ids FROM diversity_use
    WHERE (used_at, id) < ($1::timestamptz, $2::uuid)
    ORDER BY used_at DESC, id DESC
    LIMIT $3 + 1
), kept AS (
    SELECT * FROM page ORDER BY used_at DESC, id DESC LIMIT $3
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(k.used_at), k.id::text),
        'node', json_build_object('id', k.id, 'used_at', k.used_at, 'user_id', k.user_id, 'kind', k.kind,
            'people', k.people, 'filter', k.filter, 'with_text', k.with_text, 'options', ARRAY(
                SELECT o.name FROM demographic_option o WHERE o.id = ANY(k.option_ids) ORDER BY o.name))
    ) ORDER BY k.used_at DESC, k.id DESC), '[]') FROM kept k),
    'has_next', (SELECT count(*) > $3 FROM page)
)::text
