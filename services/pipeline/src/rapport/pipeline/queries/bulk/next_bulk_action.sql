-- name: next_bulk_action
-- The one that has waited longest.
SELECT id FROM bulk_action WHERE state = 'running' ORDER BY state_since LIMIT 1
