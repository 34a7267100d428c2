-- name: insert_link
-- Beside the older ones, which stay to say what has become of them.
INSERT INTO link (org_id, id, review_id, reviewer_id, created_at, expires_at, idempotency_key)
VALUES (current_org(), $1, $2, $3, $4, $5, $6)
