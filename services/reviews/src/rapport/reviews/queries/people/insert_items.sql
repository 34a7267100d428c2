-- name: insert_items
-- In the order in which they were put before the reviewers.
INSERT INTO item (org_id, review_id, person_id, position, profile)
SELECT current_org(), $1, n.person_id, n.position, n.profile::jsonb
FROM unnest($2::uuid[], $3::integer[], $4::text[]) AS n (person_id, position, profile)
