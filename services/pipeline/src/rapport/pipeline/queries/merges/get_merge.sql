-- name: get_merge
-- A merge, in force or undone.
SELECT id, survivor_id, merged_id, origin, merged_at, taken FROM person_merge WHERE id = $1
