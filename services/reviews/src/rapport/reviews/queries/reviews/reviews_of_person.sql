-- name: reviews_of_person
-- A person, by all their records, is in few reviews: who sees them, of which job they are ($3) and which are open is checked one by one.
SELECT DISTINCT r.id, r.created_at
FROM item i
JOIN review r ON r.org_id = i.org_id AND r.id = i.review_id
WHERE i.person_id = ANY($1::uuid[])
    AND ($2::uuid IS NULL
        OR r.requested_by = $2
        OR EXISTS (SELECT 1 FROM reviewer v WHERE v.org_id = r.org_id AND v.review_id = r.id AND v.user_id = $2)
        OR EXISTS (SELECT 1 FROM job_team t
                   WHERE t.org_id = r.org_id AND t.job_id = r.job_id AND $2 = ANY(t.team)))
    AND ($3::uuid IS NULL OR r.job_id = $3)
    AND (NOT $4::boolean OR r.closed_at IS NULL)
    AND (r.created_at, r.id) < ($5::timestamptz, $6::uuid)
ORDER BY r.created_at DESC, r.id DESC
LIMIT $7::integer + 1
