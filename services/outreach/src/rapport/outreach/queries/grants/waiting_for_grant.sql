-- name: waiting_for_grant
-- How many messages of an author wait for this user's permission, by the roles that the author had when writing them.
SELECT author_roles, count(*) AS messages FROM message
WHERE from_user_id = $1 AND author_id = $2 AND state = 'scheduled' AND blocker = 'grant_missing'
GROUP BY author_roles
