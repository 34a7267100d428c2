-- name: sees_job
-- Whether there is such a job and the viewer, if bound to hiring teams, is on its team.
SELECT EXISTS (
    SELECT 1 FROM job j WHERE j.id = $1 AND j.removed_at IS NULL AND ($2::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $2)))
