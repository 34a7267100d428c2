-- name: upsert_interview
-- Interviews appear on cards and decide when scorecards fall due.
INSERT INTO interview AS mine (org_id, id, application_id, status, starts_at, ends_at, external_id, name)
SELECT current_org(), r.id, r.application_id, r.status, r.starts_at, r.ends_at, r.external_id, r.name
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[], $5::timestamptz[], $6::text[],
        $7::text[])
    AS r (id, application_id, status, starts_at, ends_at, external_id, name)
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, status = excluded.status, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
    external_id = excluded.external_id, name = excluded.name
WHERE (mine.application_id, mine.status, mine.starts_at, mine.ends_at, mine.external_id, mine.name)
    IS DISTINCT FROM (excluded.application_id, excluded.status, excluded.starts_at, excluded.ends_at, excluded.external_id,
        excluded.name)
RETURNING id
