-- name: upsert_interview
-- Interviews appear on cards and decide when scorecards fall due.
INSERT INTO interview AS mine (org_id, id, application_id, status, starts_at, ends_at)
SELECT current_org(), r.id, r.application_id, r.status, r.starts_at, r.ends_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[])
    AS r (id, application_id, status, starts_at, ends_at)
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, status = excluded.status, starts_at = excluded.starts_at, ends_at = excluded.ends_at
