-- name: jobs_of_viewer
-- The jobs on whose hiring teams a user is, and whether the ATS has them there.
SELECT job_id, bool_or(collection <> 'added_here') AS in_ats FROM job_team WHERE user_id = $1 GROUP BY job_id
