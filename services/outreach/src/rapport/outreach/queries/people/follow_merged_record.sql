-- name: follow_merged_record
-- Those who had been merged into this person are now whom the person was merged into.
UPDATE merged_record SET person_id = $2 WHERE person_id = $1 AND record_id <> $1
