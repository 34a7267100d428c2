-- name: applications_of_interviews
-- Whose cards show these interviews.
SELECT DISTINCT application_id AS id FROM interview WHERE id = ANY($1::uuid[])
