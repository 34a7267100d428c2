-- name: occupy_sender
-- From now on, until that time, nothing else goes out from this mailbox.
UPDATE sender SET free_at = $2 WHERE user_id = $1
