-- name: upsert_opening
-- Openings are the seats of a job; a filled one says whom and when it hired.
INSERT INTO opening AS mine (org_id, id, job_id, application_id, status, opened_at, closed_at)
SELECT current_org(), r.id, r.job_id, r.application_id, r.status, r.opened_at, r.closed_at
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[])
    AS r (id, job_id, application_id, status, opened_at, closed_at)
ON CONFLICT (org_id, id) DO UPDATE
SET job_id = excluded.job_id, application_id = excluded.application_id, status = excluded.status,
    opened_at = excluded.opened_at, closed_at = excluded.closed_at
