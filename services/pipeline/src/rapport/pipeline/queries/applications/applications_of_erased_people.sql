-- name: applications_of_erased_people
-- Those of these applications whose person was erased: they go with them, and stay counted.
SELECT a.id FROM application a
JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
WHERE a.id = ANY($1::uuid[]) AND p.deleted_at IS NOT NULL AND p.merged_into IS NULL
