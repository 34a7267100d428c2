-- name: next_bulk_action
-- The one that came least far, and of these the one that has waited longest: a small one does not wait for a large one.
SELECT id FROM bulk_action WHERE state = 'running' ORDER BY version, state_since LIMIT 1
