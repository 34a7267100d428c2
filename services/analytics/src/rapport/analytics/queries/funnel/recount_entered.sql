-- name: recount_entered
-- The union of what these applications have entered by moves that took effect. All of them are there, so nothing is
-- inserted; but an insertion finds each by its key, however the database plans while it thinks that the table is small.
INSERT INTO application AS mine (org_id, id, job_id, job_version, entered, status, status_version)
SELECT current_org(), i.id, '00000000-0000-0000-0000-000000000000', 0, coalesce((
    SELECT bit_or(1 << e.rank) FROM entered e
    WHERE e.org_id = current_org() AND e.application_id = i.id AND e.effective AND e.rank IS NOT NULL
), 0), '', 0
FROM unnest($1::uuid[]) AS i (id)
ON CONFLICT (org_id, id) DO UPDATE SET entered = excluded.entered
