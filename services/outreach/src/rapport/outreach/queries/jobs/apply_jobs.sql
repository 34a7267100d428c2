-- name: apply_jobs
-- The highest version wins, in any order of arrival. Arrays travel as text: unnest would flatten them.
INSERT INTO job AS known (org_id, id, version, team)
SELECT current_org(), j.id, j.version, j.team::uuid[]
FROM unnest($1::uuid[], $2::bigint[], $3::text[]) AS j (id, version, team)
ON CONFLICT (org_id, id) DO UPDATE
SET version = excluded.version, team = excluded.team
WHERE known.version < excluded.version
