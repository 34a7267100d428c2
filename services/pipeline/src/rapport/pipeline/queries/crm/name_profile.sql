-- name: name_profile
-- Whoever looked at the profile before looked at this person.
UPDATE sourcing_activity SET person_id = $2 WHERE profile = $1 AND person_id IS NULL
