-- name: link_made_under
-- Whether this very request was carried out before.
SELECT EXISTS (SELECT 1 FROM link WHERE review_id = $1 AND reviewer_id = $2 AND made_under = $3)
