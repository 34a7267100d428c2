-- name: get_activity
-- A part of the feed of a person and everyone merged into them, newest first: entries without a job, and entries of jobs
-- that the viewer may see. No row, if there is no such person or the viewer may not see them.
WITH page AS MATERIALIZED (
    SELECT a.occurred_at, a.id,
        CASE WHEN a.entry ->> 'person_id' = $2::uuid::text THEN a.entry
            ELSE jsonb_set(a.entry::jsonb, '{person_id}', to_jsonb($2::uuid))::json END AS entry
    FROM activity a
    WHERE a.person_id = ANY(records_of($2))
        AND (a.occurred_at, a.id) < ($3::timestamptz, $4::uuid)
        AND ($1::uuid IS NULL OR a.job_id IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1))
    ORDER BY a.occurred_at DESC, a.id DESC
    LIMIT $5 + 1
), kept AS (
    SELECT occurred_at, id, entry FROM page ORDER BY occurred_at DESC, id DESC LIMIT $5
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(occurred_at), id::text), 'node', entry
    ) ORDER BY occurred_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page)
)::text
FROM person v
WHERE v.id = $2 AND v.deleted_at IS NULL AND v.merged_into IS NULL AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = v.id AND NOT is_visible_to($6, h.id, h.is_private)) AND knows($1, v.id)
