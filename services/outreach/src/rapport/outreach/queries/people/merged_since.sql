-- name: merged_since
-- When a record was merged into whom it belongs to.
SELECT since FROM merged_record WHERE record_id = $1 AND person_id <> $1
