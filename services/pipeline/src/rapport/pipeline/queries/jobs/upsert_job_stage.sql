-- name: upsert_job_stage
-- A stage's kind follows its name when it is read.
INSERT INTO job_stage AS mine (org_id, id, job_id, external_id, name, kind, position, active)
SELECT current_org(), r.id, r.job_id, r.external_id, r.name, r.kind, r.position, r.active
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::integer[], $7::boolean[])
    AS r (id, job_id, external_id, name, kind, position, active)
ON CONFLICT (org_id, id) DO UPDATE
SET job_id = excluded.job_id, external_id = excluded.external_id, name = excluded.name, kind = excluded.kind, position = excluded.position, active = excluded.active
WHERE (mine.job_id, mine.name, mine.kind, mine.position, mine.active)
    IS DISTINCT FROM (excluded.job_id, excluded.name, excluded.kind, excluded.position, excluded.active)
RETURNING id
