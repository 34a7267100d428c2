-- name: in_project
-- Those of these people who are in the project.
SELECT person_id FROM project_person WHERE project_id = $1 AND person_id = ANY($2::uuid[])
