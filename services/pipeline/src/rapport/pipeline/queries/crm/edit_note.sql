-- name: edit_note
-- By its author, who holds its lock.
UPDATE note SET visibility = $2, body = $3, edited_at = $4, version = version + 1 WHERE id = $1
