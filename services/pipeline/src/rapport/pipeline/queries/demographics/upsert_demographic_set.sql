-- name: upsert_demographic_set
-- Questions that are asked together.
INSERT INTO demographic_set AS mine (org_id, id, connection, external_id, title)
SELECT current_org(), r.id, r.connection, r.external_id, r.title
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS r (id, connection, external_id, title)
ON CONFLICT (org_id, id) DO UPDATE SET title = excluded.title WHERE mine.title IS DISTINCT FROM excluded.title
RETURNING id
