-- name: lock_mailbox
-- Locked while its position is saved.
SELECT uid_validity, last_uid FROM mailbox WHERE address = $1 FOR UPDATE
