-- name: recount_entered
-- The union of what these applications have entered by moves that took effect.
UPDATE application a
SET entered = coalesce((
    SELECT bit_or(1 << e.rank) FROM entered e
    WHERE e.org_id = a.org_id AND e.application_id = a.id AND e.effective AND e.rank IS NOT NULL
), 0)
WHERE a.id = ANY($1::uuid[])
