-- name: sees_application
-- Whether there is such a job ($1), the viewer ($2), if bound to hiring teams, is on its team, and the person ($3) is not
-- hidden from the viewer ($4).
SELECT EXISTS (
    SELECT 1 FROM job j WHERE j.id = $1 AND j.removed_at IS NULL AND ($2::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $2)))
    AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = $3::uuid AND NOT is_visible_to($4, h.id, h.is_private))
