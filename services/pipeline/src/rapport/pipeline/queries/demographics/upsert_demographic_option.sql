-- name: upsert_demographic_option
-- What they may answer.
INSERT INTO demographic_option AS mine (org_id, id, connection, external_id, question_id, name, active)
SELECT current_org(), r.id, r.connection, r.external_id, r.question_id, r.name, r.active
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::boolean[])
    AS r (id, connection, external_id, question_id, name, active)
ON CONFLICT (org_id, id) DO UPDATE
SET question_id = excluded.question_id, name = excluded.name, active = excluded.active
WHERE (mine.question_id, mine.name, mine.active) IS DISTINCT FROM (excluded.question_id, excluded.name, excluded.active)
RETURNING id
