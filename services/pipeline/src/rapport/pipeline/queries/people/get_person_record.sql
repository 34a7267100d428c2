-- name: get_person_record
-- What became of a record; a hiring manager knows of those who applied for their jobs, an interviewer of those whom they
-- interview. Of an erased person only the pseudonymous log remains: their applications, where the ATS kept these.
SELECT json_build_object(
    'id', p.id,
    'state', CASE WHEN p.merged_into IS NOT NULL THEN 'merged' WHEN p.deleted_at IS NULL THEN 'current' ELSE 'erased' END,
    'ended_at', CASE WHEN p.merged_into IS NULL THEN p.deleted_at ELSE (
        SELECT m.merged_at FROM person_merge m
        WHERE m.org_id = p.org_id AND m.merged_id = p.id AND m.ended_at IS NULL) END,
    'person_id', CASE WHEN p.merged_into IS NOT NULL THEN p.merged_into WHEN p.deleted_at IS NULL THEN p.id END,
    'applications', CASE WHEN p.deleted_at IS NOT NULL AND p.merged_into IS NULL THEN (
        SELECT coalesce(json_agg(x ORDER BY x.applied_at DESC), '[]') FROM (
            SELECT a.* FROM application_document a
            WHERE a.org_id = p.org_id AND a.person_id = p.id
                AND ($1::uuid IS NULL OR EXISTS (
                    SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1))
            ORDER BY a.applied_at DESC LIMIT 100
        ) x
    ) ELSE '[]' END
)::text
FROM person p
WHERE p.id = $2 AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = coalesce(p.merged_into, p.id) AND NOT is_visible_to($3, h.id, h.is_private))
    AND (knows($1, coalesce(p.merged_into, p.id)) OR EXISTS (
        SELECT 1 FROM application a
        JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
        WHERE a.org_id = p.org_id AND a.person_id = p.id AND t.user_id = $1
            -- The applications of an erased person may have been removed with them.
            AND p.deleted_at IS NOT NULL AND p.merged_into IS NULL)
        -- Those of a merged person went to the one with whom they were erased: what is left of theirs is their feed.
        OR p.deleted_at IS NOT NULL AND p.merged_into IS NULL AND EXISTS (
            SELECT 1 FROM activity e
            JOIN job_team t ON t.org_id = e.org_id AND t.job_id = e.job_id
            WHERE e.org_id = p.org_id AND e.person_id = p.id AND t.user_id = $1))
