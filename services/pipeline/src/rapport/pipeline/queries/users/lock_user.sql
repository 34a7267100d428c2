-- name: lock_user
-- Changes of one user are recorded one after another.
SELECT id, external_id, active, version FROM user_account WHERE id = $1 FOR UPDATE
