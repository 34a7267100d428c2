-- name: lock_project
-- Locked, so that its changes and their versions follow one after the other.
SELECT id, name, archived_at, version FROM project WHERE id = $1 FOR UPDATE
