-- name: message_written
-- What the request with this key asked for before, to be compared with what it asks now.
SELECT asked FROM message WHERE id = $1
