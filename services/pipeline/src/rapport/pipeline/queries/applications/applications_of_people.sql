-- name: applications_of_people
-- Whose cards show these people.
SELECT id FROM application WHERE person_id = ANY($1::uuid[]) AND status = 'active' AND removed_at IS NULL
