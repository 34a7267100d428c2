-- name: upsert_source
-- Sources carry the account's name and our origin.
INSERT INTO source AS mine (org_id, id, name, origin)
SELECT current_org(), r.id, r.name, r.origin
FROM unnest($1::uuid[], $2::text[], $3::text[])
    AS r (id, name, origin)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name, origin = excluded.origin
