-- name: return_merged_records
-- These records are this person's again, who had been merged.
UPDATE merged_record SET person_id = $1 WHERE record_id = ANY($2::uuid[]) AND record_id <> $1
