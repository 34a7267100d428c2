-- name: forget_access
-- Of a user who is removed or left; whoever is invited again or comes back begins with nothing.
DELETE FROM user_access WHERE user_id = $1
