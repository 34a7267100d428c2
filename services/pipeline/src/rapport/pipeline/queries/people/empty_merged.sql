-- name: empty_merged
-- The ATS has merged this record: it says nothing any more.
UPDATE person
SET first_name = '', last_name = '', title = NULL, company = NULL, location = NULL, emails = '[]', phones = '[]',
    recruiter_id = NULL, coordinator_id = NULL, websites = '{}', custom_fields = '{}',
    links = '{}', tags = '{}', may_be_emailed = NULL, own = NULL, deleted_at = coalesce(deleted_at, $2)
WHERE id = $1
