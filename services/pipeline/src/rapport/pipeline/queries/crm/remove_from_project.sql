-- name: remove_from_project
-- Answers who was in it.
DELETE FROM project_person WHERE project_id = $1 AND person_id = ANY($2::uuid[]) RETURNING person_id
