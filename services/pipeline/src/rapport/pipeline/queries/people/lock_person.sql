-- name: lock_person
-- Locked until a merge has been decided.
SELECT id, deleted_at, merged_into FROM person WHERE id = $1 FOR UPDATE
