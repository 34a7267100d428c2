-- name: every_review
-- For viewers who see every job; one more than the page shows whether there is a next one.
SELECT r.id, r.created_at
FROM review r
WHERE (r.created_at, r.id) < ($1::timestamptz, $2::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $3::integer + 1
