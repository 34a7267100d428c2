-- name: erase_profiles
-- Overwrites the given fields of the person's profile ($2: the erased ones, empty) in every review.
UPDATE item SET profile = profile || $2::jsonb WHERE person_id = $1
