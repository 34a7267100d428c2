-- name: upsert_custom_field
-- Fields of the account's own; whether an admin chose to show one is not the ATS's to say.
INSERT INTO custom_field AS mine (org_id, id, connection, external_id, name, key, active, private)
SELECT current_org(), r.id, r.connection, r.external_id, r.name, r.key, r.active, r.private
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[])
    AS r (id, connection, external_id, name, key, active, private)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name, key = excluded.key, active = excluded.active, private = excluded.private
WHERE (mine.name, mine.key, mine.active, mine.private)
    IS DISTINCT FROM (excluded.name, excluded.key, excluded.active, excluded.private)
RETURNING id
