-- name: amended_under
-- Whether this very request amended the review before, and what it asked for.
SELECT asked FROM amendment WHERE review_id = $1 AND cause = $2
