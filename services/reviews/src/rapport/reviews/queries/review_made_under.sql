-- name: review_made_under
-- Whether this very request was carried out before, and what it made.
SELECT id FROM review WHERE asked_under = $1
