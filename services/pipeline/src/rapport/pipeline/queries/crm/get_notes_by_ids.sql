-- name: get_notes_by_ids
-- Notes that the viewer ($1) may read: of people whom they see ($2 is the viewer, if what they take part in limits whom), their
-- own, public ones, and those to a hiring team they are on; admins ($4) read what was written to any team.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT n.id, n.person_id, n.job_id, n.author_id, n.visibility, n.body, n.created_at, n.edited_at, n.version,
        n.application_id, n.ats_state, n.ats_reason
    FROM note_document n
    JOIN person p ON p.org_id = n.org_id AND p.id = n.person_id AND p.deleted_at IS NULL
    JOIN person w ON w.org_id = p.org_id AND w.id = coalesce(p.merged_into, p.id)
    WHERE n.id = ANY($3::uuid[])
        AND is_visible_to($5, w.id, w.is_private)
        AND (n.author_id = $1 OR n.visibility = 'public' OR (n.visibility = 'hiring_team' AND ($4 OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = n.org_id AND t.job_id = n.job_id AND t.user_id = $1))))
        AND knows($2, w.id)
) d
