-- name: lock_import
-- Locked, so that a user and the worker change it one after the other.
SELECT id, created_by, state, format, bytes, options, columns, rows, counts, version FROM import
WHERE id = $1 FOR UPDATE
