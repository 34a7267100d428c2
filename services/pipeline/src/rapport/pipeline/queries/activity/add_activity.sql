-- name: add_activity
-- What events add to people's feeds; entries that exist stay as they are.
INSERT INTO activity (org_id, person_id, occurred_at, id, job_id, entry)
SELECT current_org(), r.person_id, r.occurred_at, r.id, r.job_id, r.entry::json
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[])
    AS r (person_id, occurred_at, id, job_id, entry)
ON CONFLICT DO NOTHING
