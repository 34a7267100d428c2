-- name: get_imports
-- A page of the imports, the newest first.
WITH page AS MATERIALIZED (
    SELECT d.id, d.file_name, d.bytes, d.created_by, d.created_at, d.state, d.state_since, d.problem, d.options, d.columns,
        d.counts, d.version
    FROM import_document d WHERE (d.created_at, d.id) < ($1::timestamptz, $2::uuid)
    ORDER BY d.created_at DESC, d.id DESC LIMIT $3 + 1
), kept AS (
    SELECT * FROM page ORDER BY created_at DESC, id DESC LIMIT $3
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(created_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY created_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $3 FROM page)
)::text
