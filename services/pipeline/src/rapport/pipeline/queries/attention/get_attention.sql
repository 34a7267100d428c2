-- name: get_attention
-- A page of the flags that the viewer sees ($1 if bound to hiring teams, $2 if private people are hidden), red before
-- yellow, and of each what is late longest first; and how many there are, whatever page it is.
WITH seen AS (
    SELECT f.* FROM flag_document f
    WHERE ($3::uuid IS NULL OR f.job_id = $3)
        AND ($4::uuid IS NULL OR f.application_id = $4)
        AND ($5::uuid IS NULL OR f.owner_id = $5)
        AND ($6::text IS NULL OR f.reason = $6)
        AND ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = f.org_id AND t.job_id = f.job_id AND t.user_id = $1))
        AND EXISTS (SELECT 1 FROM person p WHERE p.org_id = f.org_id AND p.id = f.person_id
            AND p.deleted_at IS NULL AND is_visible_to($2, p.id, p.is_private))
), page AS MATERIALIZED (
    SELECT * FROM seen
    WHERE (snoozed_until IS NOT NULL) = $7::boolean AND (severity, yellow_at, id) > ($8::text, $9::timestamptz, $10::uuid)
    ORDER BY severity, yellow_at, id LIMIT $11 + 1
), kept AS (
    SELECT * FROM page ORDER BY severity, yellow_at, id LIMIT $11
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(k.severity || ' ' || to_char(k.yellow_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'),
            k.id::text),
        'node', row_to_json(k)
    ) ORDER BY k.severity, k.yellow_at, k.id), '[]') FROM kept k),
    'has_next', (SELECT count(*) > $11 FROM page),
    'counts', (SELECT json_build_object(
        'red', count(*) FILTER (WHERE severity = 'red' AND snoozed_until IS NULL),
        'yellow', count(*) FILTER (WHERE severity = 'yellow' AND snoozed_until IS NULL),
        'snoozed', count(*) FILTER (WHERE snoozed_until IS NOT NULL)) FROM seen)
)::text
