-- name: link_of_request
-- Whether the request with this key has created a link before.
SELECT EXISTS (SELECT 1 FROM link WHERE review_id = $1 AND reviewer_id = $2 AND idempotency_key = $3)
