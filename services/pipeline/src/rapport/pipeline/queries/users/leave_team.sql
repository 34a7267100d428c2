-- name: leave_team
-- Only who was put on it here: the others leave it in the ATS.
DELETE FROM job_team WHERE job_id = $1 AND user_id = $2 AND role = $3 AND collection = 'added_here'
