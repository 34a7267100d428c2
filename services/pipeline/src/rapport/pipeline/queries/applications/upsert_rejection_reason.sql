-- name: upsert_rejection_reason
-- Reasons say who turned whom down.
INSERT INTO rejection_reason AS mine (org_id, id, name, by_candidate, connection, external_id)
SELECT current_org(), r.id, r.name, r.by_candidate, r.connection, r.external_id
FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::text[], $5::text[])
    AS r (id, name, by_candidate, connection, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name, by_candidate = excluded.by_candidate,
    connection = excluded.connection, external_id = excluded.external_id
WHERE (mine.name, mine.by_candidate, mine.connection, mine.external_id)
    IS DISTINCT FROM (excluded.name, excluded.by_candidate, excluded.connection, excluded.external_id)
RETURNING id
