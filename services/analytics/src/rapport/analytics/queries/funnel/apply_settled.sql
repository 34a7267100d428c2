-- name: apply_settled
-- The settlement with the highest version wins, in any order of arrival.
INSERT INTO entered AS mine (org_id, application_id, version, effective, settled_version)
SELECT current_org(), s.application_id, s.version, s.effective, s.settled_version
FROM unnest($1::uuid[], $2::bigint[], $3::boolean[], $4::bigint[])
    AS s (application_id, version, effective, settled_version)
ON CONFLICT (org_id, application_id, version) DO UPDATE
SET effective = excluded.effective, settled_version = excluded.settled_version
WHERE mine.settled_version < excluded.settled_version
