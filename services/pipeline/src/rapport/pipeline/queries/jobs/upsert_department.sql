-- name: upsert_department
-- Jobs show their department by name.
INSERT INTO department AS mine (org_id, id, name, connection, external_id)
SELECT current_org(), r.id, r.name, r.connection, r.external_id
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[])
    AS r (id, name, connection, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name,
    connection = excluded.connection, external_id = excluded.external_id
WHERE (mine.name, mine.connection, mine.external_id)
    IS DISTINCT FROM (excluded.name, excluded.connection, excluded.external_id)
RETURNING id
