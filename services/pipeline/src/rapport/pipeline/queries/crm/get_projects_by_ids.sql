-- name: get_projects_by_ids
-- Projects by their ids; they are nobody's own. People whom the viewer ($2) does not see are not counted.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT id, name, created_by, created_at, archived_at, changed_at, version, project_people(id, $2) AS people
    FROM project
    WHERE id = ANY($1::uuid[])
) d
