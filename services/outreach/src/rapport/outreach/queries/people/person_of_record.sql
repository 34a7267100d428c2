-- name: person_of_record
-- Whose a record is now: a person's own, unless it was merged into another.
SELECT coalesce((SELECT person_id FROM merged_record WHERE record_id = $1), $1::uuid)
