-- name: unknown_people
-- Applications may be read before the people they refer to (a person added during the run).
SELECT DISTINCT wanted.external_id
FROM unnest($1::uuid[], $2::text[]) AS wanted (id, external_id)
WHERE NOT EXISTS (SELECT 1 FROM person p WHERE p.id = wanted.id)
