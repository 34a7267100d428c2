-- name: renew_message_claim
-- Whoever claimed it still waits for the mail server; nothing if it was taken from them meanwhile.
UPDATE message SET claimed_until = $3 WHERE id = $1 AND claim_id = $2 AND state = 'claimed'
