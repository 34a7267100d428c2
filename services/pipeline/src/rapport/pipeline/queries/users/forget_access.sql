-- name: forget_access
-- Of a user who is removed; whoever is invited again begins with nothing.
DELETE FROM user_access WHERE user_id = $1
