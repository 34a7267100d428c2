-- name: get_application_progress
-- The interviews, scorecards and offers of applications that the viewer ($1 if bound to what they take part in; $3) sees.
-- Who owes a scorecard themselves sees nobody else's before theirs is in. Offers only if the viewer's role sees them
-- ($4), and they are on the hiring team, if bound to that.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT a.id AS application_id, o.owes AS scorecards_hidden,
        (SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT w.id, w.name, i.has_outcome,
                i.has_outcome AND outcome_seen_at($3, i) IS NULL AS to_be_seen, seen_by(a.id, w.id, '-infinity') AS seen_by,
                CASE WHEN w.status IN ('scheduled', 'awaiting_feedback', 'complete') THEN w.status END
                    AS status, w.starts_at, w.ends_at,
                (SELECT coalesce(json_agg(json_build_object('id', u.id, 'name', u.name, 'email', u.email)
                    ORDER BY u.name), '[]')
                 FROM interviewer v JOIN user_account u ON u.org_id = v.org_id AND u.id = v.user_id
                 WHERE v.org_id = w.org_id AND v.interview_id = w.id) AS interviewers
            FROM interview w JOIN interview_outcome i ON i.org_id = w.org_id AND i.id = w.id
            WHERE w.org_id = a.org_id AND w.application_id = a.id
            ORDER BY w.starts_at DESC NULLS FIRST, w.id LIMIT 50
        ) x) AS interviews,
        (SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT k.id, k.interview_name, k.interviewed_at, k.submitted_at,
                CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name, 'email', u.email) END
                    AS interviewer,
                CASE WHEN k.rating IN ('definitely_not', 'no', 'mixed', 'yes', 'strong_yes') THEN k.rating END AS rating,
                k.notes,
                (SELECT coalesce(jsonb_agg(jsonb_build_object(
                    'name', t.name, 'type', t.type, 'note', t.note, 'rating',
                    CASE WHEN t.rating IN ('definitely_not', 'no', 'mixed', 'yes', 'strong_yes') THEN t.rating END)), '[]')
                 FROM jsonb_to_recordset(k.attributes) AS t (name text, type text, rating text, note text)) AS attributes
            FROM scorecard k
            LEFT JOIN user_account u ON u.org_id = k.org_id AND u.id = k.user_id
            WHERE k.org_id = a.org_id AND k.application_id = a.id AND k.submitted_at IS NOT NULL
                AND (NOT o.owes OR k.user_id = $3)
            ORDER BY k.submitted_at DESC, k.id LIMIT 50
        ) x) AS scorecards,
        CASE WHEN $4 AND ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1
        )) THEN (SELECT coalesce(json_agg(x), '[]') FROM (
            SELECT f.id, f.version,
                CASE WHEN f.status = 'superseded' AND f.version = max(f.version) OVER () THEN 'rescinded' ELSE f.status END
                    AS status, f.created_at, f.sent_at, f.resolved_at, f.starts_on, f.decline_reason
            FROM offer f WHERE f.org_id = a.org_id AND f.application_id = a.id
            ORDER BY f.version DESC LIMIT 50
        ) x) ELSE '[]' END AS offers
    FROM application_document a
    CROSS JOIN LATERAL (
        SELECT owes_scorecard($3, a.id) AS owes
    ) o
    WHERE a.id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = a.person_id AND NOT is_visible_to($5, h.id, h.is_private))
        AND takes_part_in($1, a.id, a.job_id)
) d
