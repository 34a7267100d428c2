-- name: erase_profiles
-- The person as they were goes, in part ($2: whatever is empty now), wherever they were put before somebody.
UPDATE item SET profile = profile || $2::jsonb WHERE person_id = $1
