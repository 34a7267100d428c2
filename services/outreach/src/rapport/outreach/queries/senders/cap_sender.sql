-- name: cap_sender
-- Until that time this mailbox has sent as much as it may; its row is locked.
UPDATE sender SET capped_until = $2 WHERE user_id = $1
