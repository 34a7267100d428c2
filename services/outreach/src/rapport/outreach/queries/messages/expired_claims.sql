-- name: expired_claims
-- Their senders died or were too slow.
SELECT id FROM message
WHERE state = 'claimed' AND claimed_until < $1
ORDER BY claimed_until LIMIT 50
FOR UPDATE SKIP LOCKED
