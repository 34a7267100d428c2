-- name: upsert_source
-- Sources carry the account's name and our origin.
INSERT INTO source AS mine (org_id, id, name, origin, connection, external_id)
SELECT current_org(), r.id, r.name, r.origin, r.connection, r.external_id
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[])
    AS r (id, name, origin, connection, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name, origin = excluded.origin,
    connection = excluded.connection, external_id = excluded.external_id
WHERE (mine.name, mine.origin, mine.connection, mine.external_id)
    IS DISTINCT FROM (excluded.name, excluded.origin, excluded.connection, excluded.external_id)
RETURNING id
