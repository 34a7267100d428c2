-- name: visible_jobs
-- A hiring manager sees only the jobs whose team they are on.
SELECT id, kinds FROM job WHERE id = ANY($2::uuid[]) AND ($1::uuid IS NULL OR $1 = ANY(team))
