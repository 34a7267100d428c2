-- name: get_suppressions
-- A page of the ledger, the newest entries first.
WITH page AS MATERIALIZED (
    SELECT d.* FROM suppression_document d
    WHERE ($1::uuid IS NULL OR d.person_id = $1)
        AND ($2::boolean OR d.lifted_at IS NULL)
        AND (d.recorded_at, d.id) < ($3::timestamptz, $4::uuid)
    ORDER BY d.recorded_at DESC, d.id DESC
    LIMIT $5 + 1
), kept AS (
    SELECT * FROM page ORDER BY recorded_at DESC, id DESC LIMIT $5
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(recorded_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY recorded_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page)
)::text
