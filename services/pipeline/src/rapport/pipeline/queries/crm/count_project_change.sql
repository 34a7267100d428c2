-- name: count_project_change
-- Its people changed: the version of the event that says so.
UPDATE project SET version = version + 1, changed_at = $2 WHERE id = $1 RETURNING version
