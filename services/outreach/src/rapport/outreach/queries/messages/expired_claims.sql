-- name: expired_claims
-- Whoever claimed these is gone, or too slow.
SELECT id FROM message
WHERE state = 'claimed' AND claimed_until < $1
ORDER BY claimed_until LIMIT 50
FOR UPDATE SKIP LOCKED
