-- name: reviews_of_viewer
-- Those the viewer requested or reviews, or whose job they see: each way by its own index.
-- What they review has no limit of its own: with one, the plan walks past everybody's reviews to find the few of one user.
SELECT id, created_at
FROM (
    (SELECT r.id, r.created_at
     FROM review r
     WHERE r.requested_by = $1 AND (r.created_at, r.id) < ($2::timestamptz, $3::uuid)
     ORDER BY r.created_at DESC, r.id DESC
     LIMIT $4::integer + 1)
    UNION
    (SELECT r.id, r.created_at
     FROM reviewer v
     JOIN review r ON r.org_id = v.org_id AND r.id = v.review_id
     WHERE v.user_id = $1 AND (r.created_at, r.id) < ($2::timestamptz, $3::uuid))
    UNION
    (SELECT j.id, j.created_at
     FROM job_team t
     CROSS JOIN LATERAL (
         SELECT r.id, r.created_at
         FROM review r
         WHERE r.org_id = t.org_id AND r.job_id = t.job_id
             AND (r.created_at, r.id) < ($2::timestamptz, $3::uuid)
         ORDER BY r.created_at DESC, r.id DESC
         LIMIT $4::integer + 1) j
     WHERE $1 = ANY(t.team)
     ORDER BY j.created_at DESC, j.id DESC
     LIMIT $4::integer + 1)
) visible
ORDER BY created_at DESC, id DESC
LIMIT $4::integer + 1
