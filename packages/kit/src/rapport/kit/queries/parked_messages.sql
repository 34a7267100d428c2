-- name: parked_messages
-- The oldest parked messages of a consumer, of every organisation: read by the system role for a replay.
SELECT org_id, message_id, subject, body, reason, attempts, parked_at
FROM parked WHERE consumer = $1 AND replayed_at IS NULL ORDER BY parked_at LIMIT $2
