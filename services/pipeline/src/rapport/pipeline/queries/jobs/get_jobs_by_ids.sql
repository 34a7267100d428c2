-- name: get_jobs_by_ids
-- One answer for any number of jobs, so that a relationship costs one request. Cards that the viewer ($3) does not see
-- are not counted.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM jobs_seen_by($3) d
WHERE d.id = ANY($2::uuid[])
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = d.org_id AND t.job_id = d.id AND t.user_id = $1))
