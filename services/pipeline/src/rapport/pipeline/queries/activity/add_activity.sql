-- name: add_activity
-- What events add to people's feeds; entries that exist stay as they are. What happened to an application is filed
-- under the record that has it in the ATS, so that it goes where the application goes when a merge is undone.
INSERT INTO activity (org_id, person_id, occurred_at, id, job_id, entry)
SELECT current_org(), coalesce(
        (SELECT a.ats_person_id FROM application a WHERE a.id = r.application_id), r.person_id), r.occurred_at, r.id, r.job_id, r.entry::json
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[])
    AS r (person_id, occurred_at, id, job_id, entry, application_id)
ON CONFLICT DO NOTHING
