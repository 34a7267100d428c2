-- name: upsert_education
-- What people studied.
-- A row of a record that the ATS merged is the survivor's; one of an erased person is not taken, as the list
-- may lag behind.
INSERT INTO education AS mine (org_id, id, connection, external_id, person_id, school, degree, discipline, started_on, ended_on)
SELECT current_org(), r.id, r.connection, r.external_id, coalesce(
        (SELECT m.survivor_id FROM person_merge m
         WHERE m.merged_id = r.person_id AND m.ended_at IS NULL AND m.origin = 'ats'), r.person_id),
    r.school, r.degree, r.discipline, r.started_on, r.ended_on
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::date[], $9::date[])
    AS r (id, connection, external_id, person_id, school, degree, discipline, started_on, ended_on)
LEFT JOIN person p ON p.id = r.person_id
WHERE (p.deleted_at IS NULL OR p.merged_into IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM ended_record e WHERE e.id = r.person_id AND e.reason <> 'merged')
ON CONFLICT (org_id, id) DO UPDATE
SET person_id = excluded.person_id, school = excluded.school, degree = excluded.degree, discipline = excluded.discipline, started_on = excluded.started_on, ended_on = excluded.ended_on
WHERE (mine.person_id, mine.school, mine.degree, mine.discipline, mine.started_on, mine.ended_on)
    IS DISTINCT FROM (excluded.person_id, excluded.school, excluded.degree, excluded.discipline, excluded.started_on, excluded.ended_on)
RETURNING id
