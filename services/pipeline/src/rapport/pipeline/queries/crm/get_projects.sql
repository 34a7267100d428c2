-- name: get_projects
-- A page of the projects, the newest first; of one person's, if one is named. People whom the viewer ($7) does not see
-- are not counted.
WITH page AS MATERIALIZED (
    SELECT d.id, d.name, d.created_by, d.created_at, d.archived_at, d.changed_at, d.version FROM project d
    WHERE (d.created_at, d.id) < ($1::timestamptz, $2::uuid)
        AND ($3 OR d.archived_at IS NULL)
        AND ($4::uuid IS NULL OR EXISTS (
            SELECT 1 FROM project_person m WHERE m.org_id = d.org_id AND m.project_id = d.id AND m.person_id = ANY(records_of($4))))
        AND ($5::text[] = '{}' OR d.search_name LIKE ALL (ARRAY(SELECT search_text(w) FROM unnest($5::text[]) AS w)))
    ORDER BY d.created_at DESC, d.id DESC LIMIT $6 + 1
), kept AS (
    SELECT *, project_people(id, $7) AS people FROM page ORDER BY created_at DESC, id DESC LIMIT $6
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(created_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY created_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $6 FROM page)
)::text
