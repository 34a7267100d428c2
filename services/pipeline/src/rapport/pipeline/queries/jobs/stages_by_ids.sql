-- name: stages_by_ids
-- Stages as events name them.
SELECT id, job_id, kind, position, active FROM job_stage WHERE id = ANY($1::uuid[])
