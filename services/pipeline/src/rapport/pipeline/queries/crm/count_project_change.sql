-- name: count_project_change
-- The version of the next event about a project.
UPDATE project SET version = version + 1 WHERE id = $1 RETURNING version
