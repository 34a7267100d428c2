-- name: changes_for_check_in
-- What happened with the applications of job $1 since $3, of people whom viewer $2 sees: how often, and the newest $5.
-- Offers only for those who see them ($4).
WITH applied AS MATERIALIZED (
    SELECT a.org_id, a.id, a.person_id
    FROM application a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
    WHERE a.job_id = $1 AND a.version > 0 AND a.removed_at IS NULL AND p.deleted_at IS NULL
        AND is_visible_to($2, p.id, p.is_private)
), change AS MATERIALIZED (
    SELECT
        CASE
            WHEN t.kind <> 'moved' THEN t.kind
            WHEN f.job_id IS DISTINCT FROM s.job_id THEN 'received'
            WHEN s.position < f.position THEN 'moved_back'
            ELSE 'advanced'
        END AS kind,
        a.id AS application_id, a.person_id, t.id, t.occurred_at,
        CASE WHEN t.kind = 'moved' AND f.job_id = $1 THEN f.id END AS from_stage_id,
        CASE WHEN t.kind IN ('moved', 'received') THEN s.id END AS to_stage_id
    FROM applied a
    JOIN transition t ON t.org_id = a.org_id AND t.application_id = a.id
    LEFT JOIN job_stage f ON f.org_id = t.org_id AND f.id = t.from_stage_id
    LEFT JOIN job_stage s ON s.org_id = t.org_id AND s.id = t.to_stage_id
    -- What happened while it was another job's is that job's.
    WHERE t.occurred_at >= $3 AND coalesce(s.job_id, f.job_id, $1) = $1
    UNION ALL
    SELECT 'scorecard_submitted', a.id, a.person_id, k.id, k.submitted_at, NULL, NULL
    FROM applied a JOIN scorecard k ON k.org_id = a.org_id AND k.application_id = a.id
    WHERE k.submitted_at >= $3
    UNION ALL
    SELECT 'offer_' || o.status, a.id, a.person_id, f.id, o.at, NULL, NULL
    FROM applied a
    JOIN offer f ON $4::boolean AND f.org_id = a.org_id AND f.application_id = a.id
    CROSS JOIN LATERAL (
        SELECT 'sent' AS status, f.sent_at AS at
        UNION ALL
        SELECT f.status, f.resolved_at WHERE f.status IN ('accepted', 'declined')
    ) o (status, at)
    WHERE o.at >= $3
), newest AS (
    SELECT * FROM change ORDER BY occurred_at DESC, kind, id LIMIT $5
)
SELECT json_build_object(
    'counts', (SELECT coalesce(json_agg(c), '[]') FROM (SELECT kind, count(*) AS count FROM change GROUP BY kind) c),
    'changes', (
        SELECT coalesce(json_agg(json_build_object(
            'kind', n.kind, 'application_id', n.application_id, 'person_id', n.person_id, 'occurred_at', n.occurred_at,
            'from_stage', CASE WHEN f.id IS NOT NULL THEN json_build_object(
                'id', f.id, 'name', f.name, 'kind', f.kind, 'position', f.position, 'active', f.active) END,
            'to_stage', CASE WHEN s.id IS NOT NULL THEN json_build_object(
                'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active) END
        ) ORDER BY n.occurred_at DESC, n.kind, n.id), '[]')
        FROM newest n
        LEFT JOIN stage_document f ON f.id = n.from_stage_id
        LEFT JOIN stage_document s ON s.id = n.to_stage_id)
)::text
