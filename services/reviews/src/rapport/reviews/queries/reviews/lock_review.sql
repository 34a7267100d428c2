-- name: lock_review
-- Every change of a review locks its row, so that its versions follow each other.
SELECT id FROM review WHERE id = $1 FOR UPDATE
