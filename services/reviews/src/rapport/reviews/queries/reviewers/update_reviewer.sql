-- name: update_reviewer
-- What changes of a reviewer: whether they have finished, and which link is current.
UPDATE reviewer SET finished_at = $3, link_id = $4 WHERE review_id = $1 AND user_id = $2
