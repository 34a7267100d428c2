-- name: visible_reviews
-- Newest first: those the viewer asked for, is asked in, or whose job they see; one more than asked for shows
-- whether there is a next page.
SELECT r.id, r.created_at
FROM review r
WHERE ($1::uuid IS NULL
        OR r.requested_by = $1
        OR EXISTS (SELECT 1 FROM reviewer v WHERE v.org_id = r.org_id AND v.review_id = r.id AND v.user_id = $1)
        OR EXISTS (SELECT 1 FROM job_team t
                   WHERE t.org_id = r.org_id AND t.job_id = r.job_id AND $1 = ANY(t.team)))
    AND ($2::uuid IS NULL OR r.job_id = $2)
    AND (NOT $3::boolean OR r.closed_at IS NULL)
    AND (r.created_at, r.id) < ($4::timestamptz, $5::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $6 + 1
