-- name: get_projects_by_ids
-- Projects by their ids; they are nobody's own.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT id, name, created_by, created_at, archived_at, people, version FROM project_document
    WHERE id = ANY($1::uuid[])
) d
