-- name: application_actions
-- What decides on what the viewer ($1: if bound to what they take part in; $4: who) may do to these applications ($2), of
-- those that they see.
SELECT a.id, a.status, j.status AS job_status, EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $4) AS on_team,
    owes_scorecard($4, a.id) AS owes_scorecard, o.has_outcome, o.to_be_seen
FROM application a JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
CROSS JOIN LATERAL (
    SELECT count(*) > 0 AS has_outcome, count(*) FILTER (WHERE outcome_seen_at($4, i) IS NULL) > 0 AS to_be_seen
    FROM interview_outcome i WHERE i.application_id = a.id AND i.has_outcome
) o
WHERE a.id = ANY($2::uuid[]) AND a.version > 0 AND a.removed_at IS NULL AND j.removed_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = a.person_id AND NOT is_visible_to($3, h.id, h.is_private))
    AND takes_part_in($1, a.id, a.job_id)
