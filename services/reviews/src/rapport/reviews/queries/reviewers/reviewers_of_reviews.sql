-- name: reviewers_of_reviews
-- Each with the newest of their links, and when they were last written to.
SELECT v.review_id, v.user_id, v.name, v.email, v.finished_at, v.asked_at, l.id AS link_id, l.expires_at, l.revoked_at,
    (SELECT max(n.created_at) FROM notification n
     WHERE n.org_id = v.org_id AND n.review_id = v.review_id AND n.recipient_id = v.user_id
         AND n.kind <> 'review_completed') AS last_written_to_at
FROM reviewer v
JOIN link l ON l.org_id = v.org_id AND l.id = v.link_id
WHERE v.review_id = ANY($1::uuid[])
ORDER BY v.review_id, v.position
