-- name: remove_absence
-- Only its own user takes it back.
DELETE FROM absence WHERE id = $1 AND user_id = $2
