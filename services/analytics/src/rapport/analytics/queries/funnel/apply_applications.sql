-- name: apply_applications
-- Maxima and highest versions: events may arrive late, twice or out of order. What was entered is counted apart.
INSERT INTO application AS mine (org_id, id, received_at, job_id, job_version, entered, status, status_version,
    removed, removed_version)
SELECT current_org(), a.id, a.received_at, a.job_id, a.job_version, 0, a.status, a.status_version,
    a.removed, a.removed_version
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::bigint[], $5::text[], $6::bigint[],
        $7::boolean[], $8::bigint[])
    AS a (id, received_at, job_id, job_version, status, status_version, removed, removed_version)
ON CONFLICT (org_id, id) DO UPDATE
SET received_at = coalesce(mine.received_at, excluded.received_at),
    job_id = CASE WHEN excluded.job_version > mine.job_version THEN excluded.job_id ELSE mine.job_id END,
    job_version = greatest(mine.job_version, excluded.job_version),
    status = CASE WHEN excluded.status_version > mine.status_version THEN excluded.status ELSE mine.status END,
    status_version = greatest(mine.status_version, excluded.status_version),
    removed = CASE WHEN excluded.removed_version > mine.removed_version THEN excluded.removed ELSE mine.removed END,
    removed_version = greatest(mine.removed_version, excluded.removed_version)
