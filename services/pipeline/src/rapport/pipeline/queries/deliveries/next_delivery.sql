-- name: next_delivery
-- The oldest delivery to handle; one process of the service handles them, and handling one twice is harmless.
SELECT delivery_id, action, body, attempts, received_at, traceparent FROM delivery
WHERE connection = $1 AND state = 'waiting' AND next_try_at <= now()
ORDER BY received_at, delivery_id LIMIT 1
