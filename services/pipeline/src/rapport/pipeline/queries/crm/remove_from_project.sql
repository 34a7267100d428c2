-- name: remove_from_project
-- Answers who was in it.
DELETE FROM project_person m USING person p
WHERE m.project_id = $1 AND p.org_id = m.org_id AND p.id = m.person_id
    AND coalesce(p.merged_into, p.id) = ANY($2::uuid[])
RETURNING coalesce(p.merged_into, p.id) AS person_id
