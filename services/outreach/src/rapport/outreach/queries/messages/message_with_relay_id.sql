-- name: message_with_relay_id
-- The last message from this mailbox that its server took under one of these names: they are used again in time, and by
-- other servers.
SELECT id, person_id, to_address FROM message
WHERE org_id = current_org() AND relay_id = ANY($2::text[]) AND from_address = $1 AND handed_over_at > $3
ORDER BY handed_over_at DESC LIMIT 1
