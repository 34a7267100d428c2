-- name: applications_of_person
-- A person's applications that were not removed.
SELECT id, external_id FROM application WHERE person_id = $1 AND removed_at IS NULL ORDER BY id
