-- name: mailboxes
-- Where answers may land.
SELECT address, writing_since, uid_validity, last_uid FROM mailbox ORDER BY address
