-- name: lock_message
-- Locked until the end of the unit of work: a message's state changes one step at a time.
SELECT id, person_id, job_id, channel, author_id, from_user_id, state, state_since, blocker, explanation, attempts,
    next_try_at, claim_id, claimed_until, handed_over_at, sent_at, version
FROM message WHERE id = $1
FOR UPDATE
