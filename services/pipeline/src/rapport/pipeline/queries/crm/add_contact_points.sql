-- name: add_contact_points
-- One that the person has here already only gets another type and consent, where these are given. Answers whose
-- contact points are new or different.
INSERT INTO contact_point AS mine (org_id, id, person_id, kind, value, key, type, consent, added_by, added_at, import_id)
SELECT current_org(), n.id, n.person_id, n.kind, n.value, n.key, n.type, n.consent, $8, $9, $10
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
    AS n (id, person_id, kind, value, key, type, consent)
ON CONFLICT (org_id, person_id, kind, key) DO UPDATE
SET type = coalesce(excluded.type, mine.type),
    consent = CASE WHEN excluded.consent = 'unknown' THEN mine.consent ELSE excluded.consent END
WHERE (excluded.type IS NOT NULL AND excluded.type IS DISTINCT FROM mine.type)
    OR (excluded.consent <> 'unknown' AND excluded.consent <> mine.consent)
RETURNING person_id, kind
