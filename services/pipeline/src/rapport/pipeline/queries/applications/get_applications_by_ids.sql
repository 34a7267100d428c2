-- name: get_applications_by_ids
-- Applications with their history, if asked for; those in which the viewer takes no part are left out, if bound to
-- that ($1).
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT a.*, CASE WHEN $3 THEN (
        SELECT coalesce(json_agg(h ORDER BY h.occurred_at, h.version), '[]') FROM (
            SELECT id, kind, from_stage, to_stage, occurred_at, recorded_at, actor, version
            FROM transition_document t WHERE t.org_id = a.org_id AND t.application_id = a.id
            ORDER BY t.version DESC LIMIT 200
        ) h
    ) ELSE '[]' END AS history
    FROM application_document a
    WHERE a.id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = a.person_id AND NOT is_visible_to($4, h.id, h.is_private))
        AND takes_part_in($1, a.id, a.job_id)
) d
