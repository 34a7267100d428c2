-- name: set_relay_id
-- The server's own name for it; the message's row is locked.
UPDATE message SET relay_id = $2 WHERE id = $1
