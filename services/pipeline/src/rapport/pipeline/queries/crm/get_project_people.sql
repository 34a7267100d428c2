-- name: get_project_people
-- A page of the people of a project, those added last first, each once, whichever of their records was
-- added, and of those whom the viewer ($5) sees. No row, if there is no such project.
WITH member AS MATERIALIZED (
    SELECT DISTINCT ON (w.id) m.person_id, w.id AS shown_id, m.added_by, m.added_at
    FROM project_person m
    JOIN person p ON p.org_id = m.org_id AND p.id = m.person_id
    JOIN person w ON w.org_id = p.org_id AND w.id = coalesce(p.merged_into, p.id)
    WHERE m.project_id = $1 AND w.deleted_at IS NULL AND is_visible_to($5, w.id, w.is_private)
        AND NOT EXISTS (
            SELECT 1 FROM project_person o
            WHERE o.org_id = m.org_id AND o.project_id = m.project_id AND o.person_id = p.merged_into)
    ORDER BY w.id, m.added_at DESC, m.person_id DESC
), page AS MATERIALIZED (
    SELECT * FROM member WHERE (added_at, person_id) < ($2::timestamptz, $3::uuid)
    ORDER BY added_at DESC, person_id DESC LIMIT $4 + 1
), kept AS (
    SELECT * FROM page ORDER BY added_at DESC, person_id DESC LIMIT $4
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(added_at), person_id::text), 'node', json_build_object('person_id', shown_id, 'added_by', added_by, 'added_at', added_at)
    ) ORDER BY added_at DESC, person_id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $4 FROM page)
)::text
FROM project p WHERE p.id = $1
