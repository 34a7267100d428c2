-- name: get_people_by_ids
-- People with their applications and history, if asked for: one answer is a whole screen.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'), 'merged', (
    SELECT coalesce(json_object_agg(m.id, m.merged_into), '{}') FROM person m
    WHERE m.id = ANY($2::uuid[]) AND m.merged_into IS NOT NULL))::text
FROM (
    SELECT p.*, CASE WHEN $3 THEN (
        SELECT coalesce(json_agg(x ORDER BY x.applied_at DESC), '[]') FROM (
            SELECT a.*, (
                SELECT coalesce(json_agg(h ORDER BY h.occurred_at, h.version), '[]') FROM (
                    SELECT id, kind, from_stage, to_stage, occurred_at, recorded_at, actor, version
                    FROM transition_document t WHERE t.org_id = a.org_id AND t.application_id = a.id
                    ORDER BY t.version DESC LIMIT 200
                ) h
            ) AS history
            FROM application_document a
            WHERE a.org_id = p.org_id AND a.person_id = p.id
                AND takes_part_in($1, a.id, a.job_id)
            ORDER BY a.applied_at DESC LIMIT 100
        ) x
    ) ELSE '[]' END AS applications
    FROM person_document p
    WHERE p.id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = p.id AND NOT is_visible_to($4, h.id, h.is_private))
        AND knows($1, p.id)
) d
