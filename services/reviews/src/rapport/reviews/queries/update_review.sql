-- name: update_review
-- What changes of a review once it has been asked for.
UPDATE review SET status = $2, version = $3, closed_at = $4 WHERE id = $1
