-- name: lock_person
-- Held while it is decided what becomes of them.
SELECT id, deleted_at, merged_into FROM person WHERE id = $1 FOR UPDATE
