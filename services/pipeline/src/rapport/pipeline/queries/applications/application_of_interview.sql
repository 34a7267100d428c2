-- name: application_of_interview
-- Which application to lock before the interview is looked at.
SELECT application_id FROM interview WHERE id = $1
