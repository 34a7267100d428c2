-- name: message_correspondence
-- With whom a message is, for the link in it.
SELECT id, person_id, to_address FROM message WHERE id = $1
