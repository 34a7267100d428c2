-- name: deactivate_users
-- Whoever is no longer in the ATS may no longer come in.
UPDATE user_account SET active = false WHERE id = ANY($1::uuid[])
