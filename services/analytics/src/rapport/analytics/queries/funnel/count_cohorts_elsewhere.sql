-- name: count_cohorts_elsewhere
-- The applications of all jobs of departments other than that of job $1, counted as count_cohorts does, together: whose
-- they are is not told.
SELECT a.entered, a.status, count(*) AS applications
FROM job mine
JOIN job j ON j.org_id = mine.org_id AND j.department_id IS DISTINCT FROM mine.department_id
JOIN application a ON a.org_id = j.org_id AND a.job_id = j.id
WHERE mine.id = $1 AND NOT a.removed
    AND ($2::timestamptz IS NULL OR a.received_at >= $2)
    AND ($3::timestamptz IS NULL OR a.received_at < $3)
GROUP BY a.entered, a.status
