-- name: last_positions
-- A stage's kind may follow from whether it is its job's last one.
SELECT job_id, max(position) AS last FROM job_stage WHERE job_id = ANY($1::uuid[]) GROUP BY job_id
