-- name: remove_note
-- Nothing of it stays but the event that says so.
DELETE FROM note WHERE id = $1
