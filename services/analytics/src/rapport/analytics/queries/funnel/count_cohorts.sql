-- name: count_cohorts
-- Applications received in the window, counted by what they have entered and what became of them.
SELECT job_id, entered, status, count(*) AS applications
FROM application
WHERE job_id = ANY($1::uuid[]) AND NOT removed
    AND ($2::timestamptz IS NULL OR received_at >= $2)
    AND ($3::timestamptz IS NULL OR received_at < $3)
GROUP BY job_id, entered, status
