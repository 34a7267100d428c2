-- name: link_by_id
-- What a sent link refers to, and whether it has been revoked.
SELECT review_id, reviewer_id, expires_at, revoked_at FROM link WHERE id = $1
