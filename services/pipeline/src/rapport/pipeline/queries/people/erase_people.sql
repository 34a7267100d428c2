-- name: erase_people
-- Nothing personal stays here, nor of those who turned out to be the same person.
UPDATE person
SET first_name = '', last_name = '', title = NULL, company = NULL, location = NULL, emails = '[]', phones = '[]',
    recruiter_id = NULL, coordinator_id = NULL, websites = '{}', custom_fields = '{}',
    links = '{}', tags = '{}', own = NULL, deleted_at = $2, version = version + 1,
    -- Those who were merged are known to be gone with the person they were.
    merged_into = NULL
WHERE (id = ANY($1::uuid[]) AND deleted_at IS NULL) OR merged_into = ANY($1::uuid[])
RETURNING id, version
