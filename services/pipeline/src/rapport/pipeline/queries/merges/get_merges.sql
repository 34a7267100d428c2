-- name: get_merges
-- The merges in force of these people, the newest first; a hiring manager's as far as they see the person.
SELECT json_build_object('items', coalesce(json_agg(x ORDER BY x.merged_at DESC, x.id), '[]'))::text
FROM unnest($2::uuid[]) AS asked (id)
CROSS JOIN LATERAL (
    SELECT m.id, asked.id AS person_id, m.merged_id AS record_id, m.origin, m.merged_at, m.merged_by,
        trim(coalesce(p.own ->> 'first_name', p.first_name) || ' ' || coalesce(p.own ->> 'last_name', p.last_name))
            AS record_name
    FROM person p JOIN person_merge m ON m.org_id = p.org_id AND m.merged_id = p.id AND m.ended_at IS NULL
    WHERE p.merged_into = asked.id
    ORDER BY m.merged_at DESC, m.id LIMIT 100
) x
WHERE NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = asked.id AND NOT is_visible_to($3, h.id, h.is_private))
    AND ($1::uuid IS NULL OR EXISTS (
    SELECT 1 FROM application a JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
    WHERE a.person_id = asked.id AND a.removed_at IS NULL AND t.user_id = $1))
