-- name: job_to_transfer_to
-- A job ($1) of an application's ($2) account that the viewer ($3, if bound to hiring teams) sees: whether people are being
-- hired for it, and whether the application's person is pursued for it already.
SELECT j.status, EXISTS (
        SELECT 1 FROM application o
        WHERE o.org_id = a.org_id AND o.person_id = a.person_id AND o.job_id = j.id AND o.status = 'active'
            AND o.removed_at IS NULL) AS pursued
FROM application a JOIN job j ON j.org_id = a.org_id AND j.connection = a.connection
WHERE j.id = $1 AND a.id = $2 AND j.removed_at IS NULL AND ($3::uuid IS NULL OR EXISTS (
    SELECT 1 FROM job_team t WHERE t.org_id = j.org_id AND t.job_id = j.id AND t.user_id = $3))
