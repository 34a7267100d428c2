-- name: application_actions
-- What decides on what the viewer ($1: if bound to what they take part in; $4: who) may do to these applications ($2), of
-- those that they see.
SELECT a.id, a.status, j.status AS job_status, EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $4) AS on_team
FROM application a JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
WHERE a.id = ANY($2::uuid[]) AND a.version > 0 AND a.removed_at IS NULL AND j.removed_at IS NULL
    AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = a.person_id AND NOT is_visible_to($3, h.id, h.is_private))
    AND takes_part_in($1, a.id, a.job_id)
