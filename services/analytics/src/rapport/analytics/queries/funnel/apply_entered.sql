-- name: apply_entered
-- One row per move, whether its settlement has arrived before it or not.
INSERT INTO entered AS mine (org_id, application_id, version, rank)
SELECT current_org(), e.application_id, e.version, e.rank
FROM unnest($1::uuid[], $2::bigint[], $3::smallint[]) AS e (application_id, version, rank)
ON CONFLICT (org_id, application_id, version) DO UPDATE SET rank = excluded.rank
