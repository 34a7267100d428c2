-- name: people_to_undo
-- The next people whom the import created, locked: nothing more is recorded of them meanwhile.
SELECT id FROM person WHERE import_id = $1 AND deleted_at IS NULL AND id > $2 ORDER BY id LIMIT $3 FOR UPDATE
