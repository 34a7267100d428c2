-- name: remove_user
-- Only those who were invited here: the others are removed in the ATS.
UPDATE user_account SET active = false WHERE id = $1 AND external_id = '' AND active
