-- name: candidates_of_check_in
-- Who is under way for job $1, of those whom viewer $2 sees, the furthest first, with the ratings that user $3 may read:
-- none, if not asked for ($4); of others not before their own scorecard is in, as on the application.
SELECT b.application_id, (b.card ->> 'person_id')::uuid AS person_id,
    s.id AS stage_id, s.name AS stage_name, s.kind AS stage_kind, s.position, s.active,
    (b.card ->> 'last_activity_at')::timestamptz AS last_activity_at,
    CASE WHEN $4::boolean THEN ARRAY(
        SELECT k.rating FROM scorecard k
        WHERE k.org_id = b.org_id AND k.application_id = b.application_id AND k.submitted_at IS NOT NULL
            AND k.rating IN ('definitely_not', 'no', 'mixed', 'yes', 'strong_yes') AND (NOT o.owes OR k.user_id = $3)
    ) ELSE '{}' END AS ratings
FROM board_card b
JOIN stage_document s ON s.org_id = b.org_id AND s.id = b.stage_id
CROSS JOIN LATERAL (
    SELECT EXISTS (
        SELECT 1 FROM interview w
        JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id AND v.user_id = $3
        WHERE w.org_id = b.org_id AND w.application_id = b.application_id AND NOT EXISTS (
            SELECT 1 FROM scorecard k
            WHERE k.org_id = w.org_id AND k.application_id = b.application_id AND k.interview_id = w.id
                AND k.user_id = $3 AND k.submitted_at IS NOT NULL)) AS owes
) o
WHERE b.job_id = $1 AND is_visible_to($2, (b.card ->> 'person_id')::uuid, b.private)
ORDER BY s.position DESC, b.stage_entered_at, b.application_id
LIMIT $5
