-- name: roots_of_merged
-- The people of whom these records are part by now.
SELECT DISTINCT merged_into FROM person WHERE id = ANY($1::uuid[]) AND merged_into IS NOT NULL
