-- name: review_by_idempotency_key
-- The review that the request with this key created, and the request's hash.
SELECT id, request_hash FROM review WHERE idempotency_key = $1
