-- name: get_jobs
-- A page of jobs, newest first; one more than asked for shows whether there is a next page.
WITH matching AS NOT MATERIALIZED (
    SELECT * FROM job_document d
    WHERE ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = d.org_id AND t.job_id = d.id AND t.user_id = $1))
        AND ($2::text IS NULL OR d.status = $2)
        AND search_text(d.title) LIKE ALL (SELECT search_text(pattern) FROM unnest($6::text[]) AS pattern)
), page AS (
    SELECT * FROM matching d
    WHERE (d.created_at, d.id) < ($3::timestamptz, $4::uuid)
    ORDER BY d.created_at DESC, d.id DESC
    LIMIT $5 + 1
), kept AS (
    SELECT * FROM page ORDER BY created_at DESC, id DESC LIMIT $5
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(created_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY created_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page),
    'total', CASE WHEN $7::boolean THEN (SELECT count(*) FROM matching) END
)::text
