-- name: lock_current_person
-- Locked, so that what is recorded of them follows one after the other, and none of it after their erasure.
SELECT id FROM person WHERE id = $1 AND deleted_at IS NULL FOR UPDATE
