-- name: mailboxes
-- Where replies may arrive.
SELECT address, writing_since, uid_validity, last_uid FROM mailbox ORDER BY address
