-- name: every_open_review
-- A statement of its own: only a condition that always holds lets the plan use the index of the open ones.
SELECT r.id, r.created_at
FROM review r
WHERE r.closed_at IS NULL AND (r.created_at, r.id) < ($1::timestamptz, $2::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $3::integer + 1
