-- name: message_request_hash
-- What the request with this key request_hash for before, to be compared with what it asks now.
SELECT request_hash FROM message WHERE id = $1
