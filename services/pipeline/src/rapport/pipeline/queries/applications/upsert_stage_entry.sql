-- name: upsert_stage_entry
-- The ATS's history of an application.
INSERT INTO stage_entry AS mine (org_id, id, application_id, stage_id, entered_at, external_id)
SELECT current_org(), r.id, r.application_id, r.stage_id, r.entered_at, r.external_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[], $5::text[])
    AS r (id, application_id, stage_id, entered_at, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, stage_id = excluded.stage_id, entered_at = excluded.entered_at,
    external_id = excluded.external_id
WHERE (mine.application_id, mine.stage_id, mine.entered_at, mine.external_id)
    IS DISTINCT FROM (excluded.application_id, excluded.stage_id, excluded.entered_at, excluded.external_id)
RETURNING id
