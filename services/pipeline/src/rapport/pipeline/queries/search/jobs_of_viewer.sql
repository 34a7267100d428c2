-- name: jobs_of_viewer
-- The jobs on whose hiring teams a user is.
SELECT DISTINCT job_id FROM job_team WHERE user_id = $1
