-- name: save_suppressions
-- An older event changes nothing: an entry that was lifted before it was seen recorded stays lifted.
INSERT INTO suppression AS mine (org_id, id, person_id, in_force, version)
SELECT current_org(), r.id, r.person_id, r.in_force, r.version
FROM unnest($1::uuid[], $2::uuid[], $3::boolean[], $4::bigint[]) AS r (id, person_id, in_force, version)
ON CONFLICT (org_id, id) DO UPDATE
SET person_id = excluded.person_id, in_force = excluded.in_force, version = excluded.version
WHERE mine.version < excluded.version
