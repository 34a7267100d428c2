-- name: leave_teams
-- Of a user who is removed or left: the teams they were put on here, with the connections of the jobs.
DELETE FROM job_team t USING job j
WHERE t.user_id = $1 AND t.collection = 'added_here' AND j.org_id = t.org_id AND j.id = t.job_id
RETURNING j.connection
