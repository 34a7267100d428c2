-- name: insert_links
-- Beside the older ones, which stay to say what has become of them.
INSERT INTO link (org_id, id, review_id, reviewer_id, created_at, expires_at, idempotency_key)
SELECT current_org(), n.id, $1, n.reviewer_id, $2, n.expires_at, $3
FROM unnest($4::uuid[], $5::uuid[], $6::timestamptz[]) AS n (id, reviewer_id, expires_at)
