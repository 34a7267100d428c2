-- name: applications_of_person
-- Everything a person applied for, as far as it is there.
SELECT id, external_id FROM application WHERE person_id = $1 AND removed_at IS NULL ORDER BY id
