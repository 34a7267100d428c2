-- name: amendment_of_request
-- Whether the request with this key has amended the review before, and its hash.
SELECT request_hash FROM amendment WHERE review_id = $1 AND cause = $2
