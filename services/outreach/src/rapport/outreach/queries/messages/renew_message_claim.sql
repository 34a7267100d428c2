-- name: renew_message_claim
-- Its sender still waits for the server; nothing if the claim has expired meanwhile.
UPDATE message SET claimed_until = $3 WHERE id = $1 AND claim_id = $2 AND state = 'claimed'
