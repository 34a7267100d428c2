-- name: deactivate_unseen_users
-- After the users were read whole: who was not among them may no longer come in. An empty answer locks nobody out.
UPDATE user_account u SET active = false
FROM sync_collection c
WHERE c.connection = $1 AND c.collection = 'users' AND c.records > 0
    AND u.connection = $1 AND u.active AND u.seen_at < c.began_at
