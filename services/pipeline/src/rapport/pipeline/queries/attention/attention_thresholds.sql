-- name: attention_thresholds
-- What was set, for all jobs and for these.
SELECT job_id, reason, yellow, red FROM attention_threshold WHERE job_id IS NULL OR job_id = ANY($1::uuid[])
