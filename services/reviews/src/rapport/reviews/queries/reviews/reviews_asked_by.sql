-- name: reviews_asked_by
-- A user asks for few reviews: which are open, of which job and whom they are about is checked one by one.
SELECT r.id, r.created_at
FROM review r
WHERE r.requested_by = $1
    AND ($2::uuid IS NULL OR r.job_id = $2)
    AND ($3::uuid[] = '{}'
        OR EXISTS (SELECT 1 FROM item i WHERE i.org_id = r.org_id AND i.review_id = r.id AND i.person_id = ANY($3)))
    AND (NOT $4::boolean OR r.closed_at IS NULL)
    AND (r.created_at, r.id) < ($5::timestamptz, $6::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $7::integer + 1
