-- name: message_to_address
-- The last message that went from this mailbox to one of these addresses.
SELECT id, person_id, to_address FROM message
WHERE from_address = $1 AND to_address = ANY($2::text[]) AND handed_over_at > $3
ORDER BY handed_over_at DESC LIMIT 1
