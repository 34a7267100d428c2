-- name: lock_review
-- Whoever changes a review holds its row, so that its versions follow each other.
SELECT id FROM review WHERE id = $1 FOR UPDATE
