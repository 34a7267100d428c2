-- name: message_request_hash
-- Compared with the hash of a request with the same key.
SELECT request_hash FROM message WHERE id = $1
