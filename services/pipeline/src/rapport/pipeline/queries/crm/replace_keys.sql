-- name: replace_keys
-- The keys of these people are these, and no others.
WITH fresh AS (
    UPDATE person SET keys_stale = false WHERE id = ANY($1::uuid[])
), gone AS (
    DELETE FROM person_key k WHERE k.person_id = ANY($1::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (person_id, kind, key)
        WHERE n.person_id = k.person_id AND n.kind = k.kind AND n.key = k.key)
)
INSERT INTO person_key (org_id, kind, key, person_id)
SELECT current_org(), n.kind, n.key, n.person_id FROM unnest($2::uuid[], $3::text[], $4::text[]) AS n (person_id, kind, key)
ON CONFLICT (org_id, kind, key, person_id) DO NOTHING
