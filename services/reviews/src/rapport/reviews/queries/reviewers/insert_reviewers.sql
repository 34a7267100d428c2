-- name: insert_reviewers
-- In the order in which they were asked.
INSERT INTO reviewer (org_id, review_id, user_id, position, name, email, link_id, asked_at)
SELECT current_org(), $1, n.user_id, n.position, n.name, n.email, n.link_id, n.asked_at
FROM unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::uuid[], $7::timestamptz[])
    AS n (user_id, position, name, email, link_id, asked_at)
