-- name: delete_person
-- Deleted in the ATS: nothing personal stays here.
UPDATE person
SET first_name = '', last_name = '', title = NULL, company = NULL, location = NULL, emails = '[]', phones = '[]',
    links = '{}', tags = '{}', deleted_at = $2
WHERE id = $1 AND deleted_at IS NULL
