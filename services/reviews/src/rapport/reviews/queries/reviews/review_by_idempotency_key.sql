-- name: review_by_idempotency_key
-- Whether this very request was carried out before, what it asked for, and what it made.
SELECT id, request_hash FROM review WHERE idempotency_key = $1
