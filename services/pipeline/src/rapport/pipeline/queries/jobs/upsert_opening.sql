-- name: upsert_opening
-- Openings are the seats of a job; a filled one says whom and when it hired.
INSERT INTO opening AS mine (org_id, id, job_id, application_id, status, opened_at, closed_at, external_id)
SELECT current_org(), r.id, r.job_id, r.application_id, r.status, r.opened_at, r.closed_at, r.external_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::timestamptz[], $6::timestamptz[], $7::text[])
    AS r (id, job_id, application_id, status, opened_at, closed_at, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET job_id = excluded.job_id, application_id = excluded.application_id, status = excluded.status,
    opened_at = excluded.opened_at, closed_at = excluded.closed_at,
    external_id = excluded.external_id
WHERE (mine.job_id, mine.application_id, mine.status, mine.opened_at, mine.closed_at, mine.external_id)
    IS DISTINCT FROM (excluded.job_id, excluded.application_id, excluded.status, excluded.opened_at, excluded.closed_at, excluded.external_id)
RETURNING id
