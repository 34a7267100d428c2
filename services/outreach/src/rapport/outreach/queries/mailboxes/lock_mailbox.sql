-- name: lock_mailbox
-- Held while what was read takes effect: with it goes how far it was read.
SELECT uid_validity, last_uid FROM mailbox WHERE address = $1 FOR UPDATE
