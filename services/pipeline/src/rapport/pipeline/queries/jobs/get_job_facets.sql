-- name: get_job_facets
-- What each filter offers beside the others, over one pass of the jobs that viewer and text leave: nothing is counted
-- that the viewer may not see.
WITH entry AS MATERIALIZED (
    SELECT e.org_id, e.id, e.status, e.department, e.location,
        $2::text IS NULL OR e.status = $2 AS of_status,
        $3::text IS NULL OR e.department = $3 AS in_department,
        $4::text IS NULL OR e.location = $4 AS in_location,
        $5::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = e.org_id AND t.job_id = e.id AND t.user_id = $5) AS with_member,
        EXISTS (
            SELECT 1 FROM board_card b WHERE b.org_id = e.org_id AND b.job_id = e.id
                AND (b.conflicted OR b.scorecards_due > 0)
                AND is_visible_to($9, (b.card ->> 'person_id')::uuid, b.private)) AS needs_attention
    FROM listed_jobs($1, NULL, NULL, NULL, NULL, false, $7) e
), attended AS (
    SELECT * FROM entry WHERE needs_attention OR NOT $6::boolean
)
SELECT json_build_object(
    'statuses', (SELECT coalesce(json_agg(c ORDER BY c.jobs DESC, c.status), '[]') FROM (
        SELECT status, count(*) AS jobs FROM attended
        WHERE in_department AND in_location AND with_member GROUP BY status
    ) c),
    'departments', (SELECT coalesce(json_agg(c ORDER BY c.jobs DESC, c.name), '[]') FROM (
        SELECT department AS name, count(*) AS jobs FROM attended
        WHERE of_status AND in_location AND with_member AND department IS NOT NULL GROUP BY department
        ORDER BY 2 DESC, 1 LIMIT $8::integer
    ) c),
    'locations', (SELECT coalesce(json_agg(c ORDER BY c.jobs DESC, c.name), '[]') FROM (
        SELECT location AS name, count(*) AS jobs FROM attended
        WHERE of_status AND in_department AND with_member AND location IS NOT NULL GROUP BY location
        ORDER BY 2 DESC, 1 LIMIT $8
    ) c),
    'members', (SELECT coalesce(json_agg(json_build_object(
        'user', json_build_object('id', u.id, 'name', u.name, 'email', u.email), 'jobs', c.jobs
    ) ORDER BY c.jobs DESC, u.name, u.id), '[]') FROM (
        SELECT t.user_id, count(DISTINCT e.id) AS jobs
        FROM attended e JOIN job_team t ON t.org_id = e.org_id AND t.job_id = e.id
        WHERE e.of_status AND e.in_department AND e.in_location GROUP BY t.user_id
        ORDER BY 2 DESC, 1 LIMIT $8
    ) c JOIN user_account u ON u.id = c.user_id),
    'needing_attention', (SELECT count(*) FROM entry
        WHERE needs_attention AND of_status AND in_department AND in_location AND with_member)
)::text
