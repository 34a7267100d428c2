-- name: update_mailbox_position
-- How far it was read, in the transaction of what was read.
UPDATE mailbox SET uid_validity = $2, last_uid = $3 WHERE address = $1
