-- name: amendment_of_request
-- Whether this very request amended the review before, and what it asked for.
SELECT request_hash FROM amendment WHERE review_id = $1 AND cause = $2
