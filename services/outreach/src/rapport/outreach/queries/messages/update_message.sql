-- name: update_message
-- The message's row is locked; its state is replaced as a whole.
UPDATE message
SET state = $2, state_since = $3, blocker = $4, explanation = $5, attempts = $6, next_try_at = $7, claim_id = $8,
    claimed_until = $9, handed_over_at = $10, sent_at = $11, version = $12
WHERE id = $1
