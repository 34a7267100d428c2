-- name: upsert_job_team
-- Hiring managers and owners of a job are its hiring team; the time of the last read shows who is gone.
INSERT INTO job_team AS mine (org_id, id, job_id, user_id, role, responsible, connection, collection, seen_at)
SELECT current_org(), r.id, r.job_id, r.user_id, r.role, r.responsible, r.connection, r.collection, now()
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::boolean[], $6::text[], $7::text[])
    AS r (id, job_id, user_id, role, responsible, connection, collection)
ON CONFLICT (org_id, id) DO UPDATE
SET job_id = excluded.job_id, user_id = excluded.user_id, role = excluded.role, responsible = excluded.responsible,
    connection = excluded.connection, collection = excluded.collection, seen_at = excluded.seen_at
