-- name: get_ats_of_jobs
-- One answer for any number of jobs that the viewer ($1, if bound to hiring teams) sees.
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'job_id', j.id, 'kind', r.kind, 'in_sync_at', r.in_sync_at)), '[]'))::text
FROM job j JOIN sync_run r ON r.org_id = j.org_id AND r.connection = j.connection
WHERE j.id = ANY($2::uuid[]) AND j.removed_at IS NULL
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $1))
