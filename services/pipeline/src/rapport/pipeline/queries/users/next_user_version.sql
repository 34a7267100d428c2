-- name: next_user_version
-- Of the user's events, while the user is locked.
UPDATE user_account SET version = version + 1 WHERE id = $1 RETURNING version
