-- name: wake_for_grant
-- What waited for this user's grant is due again.
UPDATE message SET next_try_at = $2
WHERE from_user_id = $1 AND state = 'scheduled' AND blocker = 'grant_missing' AND next_try_at IS NULL
