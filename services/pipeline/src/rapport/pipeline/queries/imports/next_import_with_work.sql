-- name: next_import_with_work
-- The one that has waited longest.
SELECT id, state FROM import WHERE state IN ('reading', 'checking', 'running', 'undoing') ORDER BY state_since LIMIT 1
