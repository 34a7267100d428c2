-- name: sees_person
-- Whether there is such a person and the viewer, if bound to hiring teams, is on the team of a job they applied for.
SELECT EXISTS (
    SELECT 1 FROM person p WHERE p.id = $1 AND p.deleted_at IS NULL AND ($2::uuid IS NULL OR EXISTS (
        SELECT 1 FROM application a
        JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
        WHERE a.org_id = p.org_id AND a.person_id = p.id AND a.removed_at IS NULL AND t.user_id = $2)))
