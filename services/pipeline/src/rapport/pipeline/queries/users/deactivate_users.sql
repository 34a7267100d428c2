-- name: deactivate_users
-- Users who are no longer in the ATS may no longer log in.
UPDATE user_account SET active = false WHERE id = ANY($1::uuid[])
