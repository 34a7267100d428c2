-- name: is_active_user
-- Whether a user still belongs to the organisation.
SELECT EXISTS (SELECT 1 FROM user_account WHERE id = $1 AND active)
