-- name: reviewers_of_reviews
-- Each with the newest of their links.
SELECT v.review_id, v.user_id, v.name, v.email, v.finished_at, l.id AS link_id, l.expires_at, l.revoked_at
FROM reviewer v
JOIN link l ON l.org_id = v.org_id AND l.id = v.link_id
WHERE v.review_id = ANY($1::uuid[])
ORDER BY v.review_id, v.position
