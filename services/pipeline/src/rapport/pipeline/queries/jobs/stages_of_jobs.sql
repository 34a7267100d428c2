-- name: stages_of_jobs
-- The stages of these jobs, active or not: history refers to both.
SELECT id, job_id, kind, position, active FROM job_stage WHERE job_id = ANY($1::uuid[])
