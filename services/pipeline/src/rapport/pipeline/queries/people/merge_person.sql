-- name: merge_person
-- The row stays as a pointer to the person they turned out to be, as do those of people who had been merged into it.
UPDATE person
SET first_name = '', last_name = '', title = NULL, company = NULL, location = NULL, emails = '[]', phones = '[]',
    recruiter_id = NULL, coordinator_id = NULL, websites = '{}', custom_fields = '{}',
    links = '{}', tags = '{}', deleted_at = coalesce(deleted_at, $3), merged_into = $2,
    version = version + CASE WHEN id = $1 THEN 1 ELSE 0 END
WHERE (id = $1 AND merged_into IS DISTINCT FROM $2) OR merged_into = $1
RETURNING id, version
