-- name: add_to_project
-- Answers who was not in it.
INSERT INTO project_person (org_id, project_id, person_id, added_by, added_at, import_id)
SELECT current_org(), $1, n.id, $3, $4, $5 FROM unnest($2::uuid[]) AS n (id)
ON CONFLICT (org_id, project_id, person_id) DO NOTHING
RETURNING person_id
