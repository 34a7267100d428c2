-- name: lock_people
-- In one order, so that two imports wait for each other and never block each other.
SELECT id, import_id FROM person WHERE id = ANY($1::uuid[]) AND deleted_at IS NULL AND merged_into IS NULL ORDER BY id FOR UPDATE
