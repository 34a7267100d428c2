-- name: merges_of_records
-- The merges in force of these records into others.
SELECT id, survivor_id, merged_id, origin, merged_at, taken FROM person_merge
WHERE (merged_id = ANY($1::uuid[]) OR survivor_id = ANY($1::uuid[])) AND ended_at IS NULL
