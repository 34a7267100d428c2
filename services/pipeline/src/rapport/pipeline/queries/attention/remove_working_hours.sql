-- name: remove_working_hours
-- Of a user, or of everybody who has none of their own ($1 is null).
DELETE FROM working_hours WHERE user_id IS NOT DISTINCT FROM $1
