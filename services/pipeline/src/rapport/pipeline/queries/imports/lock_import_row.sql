-- name: lock_import_row
-- A row that a user fixes.
SELECT line, applied_at FROM import_row
WHERE import_id = $1 AND number = $2 FOR UPDATE
