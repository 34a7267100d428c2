-- name: review_made_under
-- Whether this very request was carried out before, what it asked for, and what it made.
SELECT id, asked FROM review WHERE asked_under = $1
