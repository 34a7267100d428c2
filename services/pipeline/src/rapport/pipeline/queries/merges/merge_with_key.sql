-- name: merge_with_key
-- The merge that a request with this idempotency key made.
SELECT id FROM person_merge WHERE merged_by = $1 AND cause = $2
