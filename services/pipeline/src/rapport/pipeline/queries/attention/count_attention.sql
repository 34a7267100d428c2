-- name: count_attention
-- How many flags the viewer sees, with the parameters and the branches of get_attention.
WITH wanted AS (
    SELECT f.* FROM flag_document f WHERE $4::uuid IS NOT NULL AND f.application_id = $4
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5::uuid IS NOT NULL AND f.owner_id = $5
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5 IS NULL AND $3::uuid IS NOT NULL AND f.job_id = $3
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5 IS NULL AND $3 IS NULL
)
SELECT json_build_object(
    'red', count(*) FILTER (WHERE f.severity = 'red' AND f.snoozed_until IS NULL),
    'yellow', count(*) FILTER (WHERE f.severity = 'yellow' AND f.snoozed_until IS NULL),
    'snoozed', count(*) FILTER (WHERE f.snoozed_until IS NOT NULL))::text
FROM wanted f
WHERE ($3 IS NULL OR f.job_id = $3) AND ($5 IS NULL OR f.owner_id = $5) AND ($6::text IS NULL OR f.reason = $6)
    AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = f.org_id AND t.job_id = f.job_id AND t.user_id = $1)
        OR f.owner_id = $1 AND interviews($1, f.application_id))
    AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = f.org_id AND p.id = f.person_id
        AND p.deleted_at IS NULL AND is_visible_to($2, p.id, p.is_private))
