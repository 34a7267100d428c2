-- name: get_people
-- A page of people, the most recently added first; a hiring manager sees the applicants of their jobs. No row, if the
-- people of a job are requested that the viewer may not see.
WITH page AS MATERIALIZED (
    SELECT d.* FROM person_document d
    WHERE ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM application a
            JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
            WHERE a.org_id = d.org_id AND a.person_id = d.id AND a.removed_at IS NULL
                AND t.user_id = $1))
        AND ($2::uuid IS NULL OR EXISTS (
            SELECT 1 FROM application a WHERE a.org_id = d.org_id AND a.person_id = d.id AND a.job_id = $2
                AND a.removed_at IS NULL))
        AND ($7::text[] = '{}' OR EXISTS (
            SELECT 1 FROM person p WHERE p.org_id = d.org_id AND p.id = d.id
                AND p.search_name LIKE ALL (SELECT search_text(pattern) FROM unnest($7::text[]) AS pattern)))
        AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = d.id AND NOT is_visible_to($8, h.id, h.is_private))
        AND (d.added_at, d.id) < ($3::timestamptz, $4::uuid)
    ORDER BY d.added_at DESC, d.id DESC
    LIMIT $5 + 1
), kept AS (
    SELECT p.*, CASE WHEN $6 THEN (
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
                AND ($1::uuid IS NULL OR EXISTS (
                    SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1))
            ORDER BY a.applied_at DESC LIMIT 100
        ) x
    ) ELSE '[]' END AS applications
    FROM (SELECT * FROM page ORDER BY added_at DESC, id DESC LIMIT $5) p
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(added_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY added_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page)
)::text
WHERE $2::uuid IS NULL OR EXISTS (
    SELECT 1 FROM job j WHERE j.id = $2 AND j.removed_at IS NULL AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $1)))
