-- name: get_notes
-- A page of the notes about a person that the viewer ($1) may read, the newest first; by the rules of get_notes_by_ids.
-- No row, if there is no such person that the viewer sees ($2 is the viewer, if what they take part in limits whom).
WITH page AS MATERIALIZED (
    SELECT n.id, n.person_id, n.job_id, n.author_id, n.visibility, n.body, n.created_at, n.edited_at, n.version,
        n.application_id, n.ats_state, n.ats_reason
    FROM note_document n
    WHERE n.person_id = ANY(records_of($3)) AND (n.created_at, n.id) < ($4::timestamptz, $5::uuid)
        AND (n.author_id = $1 OR n.visibility = 'public' OR (n.visibility = 'hiring_team' AND ($7 OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = n.org_id AND t.job_id = n.job_id AND t.user_id = $1))))
    ORDER BY n.created_at DESC, n.id DESC LIMIT $6 + 1
), kept AS (
    SELECT * FROM page ORDER BY created_at DESC, id DESC LIMIT $6
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(created_at), id::text), 'node', row_to_json(kept)
    ) ORDER BY created_at DESC, id DESC), '[]') FROM kept),
    'has_next', (SELECT count(*) > $6 FROM page)
)::text
FROM person p WHERE p.id = $3 AND p.deleted_at IS NULL AND p.merged_into IS NULL
    AND is_visible_to($8, p.id, p.is_private) AND knows($2, p.id)
