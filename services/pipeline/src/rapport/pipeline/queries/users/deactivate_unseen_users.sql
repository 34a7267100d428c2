-- name: deactivate_unseen_users
-- After the users were read whole: those who were not among them may no longer log in. An empty response locks no one out.
UPDATE user_account u SET active = false
FROM sync_collection c
WHERE c.connection = $1 AND c.collection = 'users' AND c.records > 0
    AND u.connection = $1 AND u.active AND u.seen_at < c.began_at
