-- name: jobs_to_publish
-- Jobs whose status, department, stages or team differ from what was last published. Who is on the team
-- by the ATS is so without a word, as before others could be.
SELECT j.id, j.external_id AS ats_id, j.version, j.published_state, n.state, coalesce(j.opened_at, j.created_at) AS opened_at
FROM job j
CROSS JOIN LATERAL (
    SELECT jsonb_build_object(
        'status', j.status,
        'department_id', j.department_id,
        'stages', (SELECT coalesce(jsonb_agg(jsonb_build_object('stage_id', s.id, 'kind', s.kind,
                        'position', s.position, 'active', s.active) ORDER BY s.position, s.id), '[]')
                   FROM job_stage s WHERE s.org_id = j.org_id AND s.job_id = j.id),
        'team', (SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('user_id', t.user_id, 'role', t.role,
                        'responsible', t.responsible)
                        || CASE t.collection WHEN 'added_here' THEN '{"added_here": true}' ELSE '{}' END::jsonb), '[]')
                 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id)
    ) AS state
) n
WHERE j.connection = $1 AND j.removed_at IS NULL AND j.published_state IS DISTINCT FROM n.state
ORDER BY j.created_at, j.id
FOR UPDATE OF j
