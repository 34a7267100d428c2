-- name: change_project
-- Its name and whether it is archived, with the version of the event that says so.
UPDATE project SET name = $2, archived_at = $3, version = $4, changed_at = $5 WHERE id = $1
