-- name: apply_job_teams
-- The highest version wins, in any order of arrival. Arrays travel as text: unnest would flatten them.
INSERT INTO job_team AS known (org_id, job_id, version, team, ats_team)
SELECT current_org(), j.id, j.version, j.team::uuid[], j.ats_team::uuid[]
FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[]) AS j (id, version, team, ats_team)
ON CONFLICT (org_id, job_id) DO UPDATE
SET version = excluded.version, team = excluded.team, ats_team = excluded.ats_team
WHERE known.version < excluded.version
