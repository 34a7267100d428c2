-- name: end_merges_of_erased
-- Erased people are nobody's: what they were merged with is no longer known.
UPDATE person_merge SET ended_at = $2 WHERE ended_at IS NULL AND (merged_id = ANY($1::uuid[]) OR survivor_id = ANY($1::uuid[]))
