-- name: message_ids_in_state
-- For those who read every message: the newest in one state.
SELECT id FROM message
WHERE state = $4 AND (created_at, id) < ($1::timestamptz, $2::uuid)
ORDER BY created_at DESC, id DESC LIMIT $3
