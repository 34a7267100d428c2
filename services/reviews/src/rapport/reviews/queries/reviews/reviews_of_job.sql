-- name: reviews_of_job
-- A job has few reviews: who sees them and which are open is looked at one by one.
SELECT r.id, r.created_at
FROM review r
WHERE r.job_id = $1
    AND ($2::uuid IS NULL
        OR r.requested_by = $2
        OR EXISTS (SELECT 1 FROM reviewer v WHERE v.org_id = r.org_id AND v.review_id = r.id AND v.user_id = $2)
        OR EXISTS (SELECT 1 FROM job_team t
                   WHERE t.org_id = r.org_id AND t.job_id = r.job_id AND $2 = ANY(t.team)))
    AND (NOT $3::boolean OR r.closed_at IS NULL)
    AND (r.created_at, r.id) < ($4::timestamptz, $5::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $6::integer + 1
