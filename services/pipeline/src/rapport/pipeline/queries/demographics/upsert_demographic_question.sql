-- name: upsert_demographic_question
-- What people are asked about themselves.
INSERT INTO demographic_question AS mine (org_id, id, connection, external_id, set_id, name, active)
SELECT current_org(), r.id, r.connection, r.external_id, r.set_id, r.name, r.active
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::boolean[])
    AS r (id, connection, external_id, set_id, name, active)
ON CONFLICT (org_id, id) DO UPDATE SET set_id = excluded.set_id, name = excluded.name, active = excluded.active
WHERE (mine.set_id, mine.name, mine.active) IS DISTINCT FROM (excluded.set_id, excluded.name, excluded.active)
RETURNING id
