-- name: wake_for_every_owner
-- With other rules, others may be in touch with a person, or nobody: all that waits for that is looked at again.
UPDATE message SET next_try_at = $1 WHERE state = 'scheduled' AND blocker = 'owned'
