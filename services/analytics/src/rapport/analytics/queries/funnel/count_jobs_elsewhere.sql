-- name: count_jobs_elsewhere
-- Of how many jobs count_cohorts_elsewhere counts the applications: with few, it would be clear whose they are.
SELECT count(*) FROM job mine
JOIN job j ON j.org_id = mine.org_id AND j.department_id IS DISTINCT FROM mine.department_id
WHERE mine.id = $1 AND EXISTS (
    SELECT 1 FROM application a WHERE a.org_id = j.org_id AND a.job_id = j.id AND NOT a.removed
        AND ($2::timestamptz IS NULL OR a.received_at >= $2) AND ($3::timestamptz IS NULL OR a.received_at < $3))
