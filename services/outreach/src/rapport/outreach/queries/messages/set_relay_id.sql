-- name: set_relay_id
-- By which name the mail server knows it; the message's row is held.
UPDATE message SET relay_id = $2 WHERE id = $1
