-- name: end_merges
-- These merges are no longer in force; $3 is the user who undid them.
UPDATE person_merge SET ended_at = $2, ended_by = $3 WHERE id = ANY($1::uuid[]) AND ended_at IS NULL
