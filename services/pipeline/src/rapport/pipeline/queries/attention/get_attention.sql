-- name: get_attention
-- A page of the flags that the viewer sees ($1 if bound to hiring teams and to what they owe as an interviewer, $2 if
-- private people are hidden), red before yellow, and of each what is late longest first. One branch is run, by the index
-- of what is asked for: an application's ($4), a user's ($5), a job's ($3), or all.
WITH wanted AS (
    SELECT f.* FROM flag_document f WHERE $4::uuid IS NOT NULL AND f.application_id = $4
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5::uuid IS NOT NULL AND f.owner_id = $5
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5 IS NULL AND $3::uuid IS NOT NULL AND f.job_id = $3
    UNION ALL
    SELECT f.* FROM flag_document f WHERE $4 IS NULL AND $5 IS NULL AND $3 IS NULL
), page AS MATERIALIZED (
    SELECT f.* FROM wanted f
    WHERE ($3 IS NULL OR f.job_id = $3) AND ($5 IS NULL OR f.owner_id = $5) AND ($6::text IS NULL OR f.reason = $6)
        AND (f.snoozed_until IS NOT NULL) = $7::boolean
        AND (f.severity, f.yellow_at, f.id) > ($8::text, $9::timestamptz, $10::uuid)
        AND ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = f.org_id AND t.job_id = f.job_id AND t.user_id = $1)
            OR f.owner_id = $1 AND interviews($1, f.application_id))
        AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = f.org_id AND p.id = f.person_id
            AND p.deleted_at IS NULL AND is_visible_to($2, p.id, p.is_private))
    ORDER BY f.severity, f.yellow_at, f.id LIMIT $11 + 1
), kept AS (
    SELECT p.*, CASE WHEN p.reason = 'decision_owed' THEN seen_by(p.application_id, NULL, p.since) ELSE '[]' END AS seen_by
    FROM page p ORDER BY p.severity, p.yellow_at, p.id LIMIT $11
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(
            k.severity || ' ' || to_char(k.yellow_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), k.id::text),
        'node', row_to_json(k)
    ) ORDER BY k.severity, k.yellow_at, k.id), '[]') FROM kept k),
    'has_next', (SELECT count(*) > $11 FROM page)
)::text
