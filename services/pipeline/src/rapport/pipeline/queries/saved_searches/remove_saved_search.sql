-- name: remove_saved_search
-- Nothing of it stays but the event that says so.
DELETE FROM saved_search WHERE id = $1
