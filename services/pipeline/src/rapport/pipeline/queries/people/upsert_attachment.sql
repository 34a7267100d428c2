-- name: upsert_attachment
-- That there are files.
-- A row of a record that the ATS merged is the survivor's; one of an erased person is not taken, as the list
-- may lag behind.
INSERT INTO attachment AS mine (org_id, id, connection, external_id, person_id, application_id, name, kind, public, added_at)
SELECT current_org(), r.id, r.connection, r.external_id, coalesce(
        (SELECT m.survivor_id FROM person_merge m
         WHERE m.merged_id = r.person_id AND m.ended_at IS NULL AND m.origin = 'ats'), r.person_id),
    r.application_id, r.name, r.kind, r.public, r.added_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::uuid[], $6::text[], $7::text[], $8::boolean[], $9::timestamptz[])
    AS r (id, connection, external_id, person_id, application_id, name, kind, public, added_at)
LEFT JOIN person p ON p.id = r.person_id
WHERE (p.deleted_at IS NULL OR p.merged_into IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM ended_record e WHERE e.id = r.person_id AND e.reason <> 'merged')
ON CONFLICT (org_id, id) DO UPDATE
SET person_id = excluded.person_id, application_id = excluded.application_id, name = excluded.name, kind = excluded.kind, public = excluded.public, added_at = excluded.added_at
WHERE (mine.person_id, mine.application_id, mine.name, mine.kind, mine.public, mine.added_at)
    IS DISTINCT FROM (excluded.person_id, excluded.application_id, excluded.name, excluded.kind, excluded.public, excluded.added_at)
RETURNING id
