-- name: apply_jobs
-- The highest version wins, in any order of arrival. Arrays travel as text: unnest would flatten them.
INSERT INTO job AS mine (org_id, id, version, kinds, team, department_id)
SELECT current_org(), j.id, j.version, j.kinds::smallint[], j.team::uuid[], j.department_id
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::uuid[])
    AS j (id, version, kinds, team, department_id)
ON CONFLICT (org_id, id) DO UPDATE
SET version = excluded.version, kinds = excluded.kinds, team = excluded.team, department_id = excluded.department_id
WHERE mine.version < excluded.version
