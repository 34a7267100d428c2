-- name: lock_current_person
-- Locked, so that what is recorded of them follows one after the other, and none of it after their erasure.
SELECT id FROM person WHERE id = $1 AND deleted_at IS NULL AND merged_into IS NULL
    AND is_visible_to($2, id, is_private)
FOR UPDATE
