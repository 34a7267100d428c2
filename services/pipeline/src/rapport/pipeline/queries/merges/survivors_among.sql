-- name: survivors_among
-- The people to whom several records belong, among those of these records.
SELECT DISTINCT coalesce(p.merged_into, p.id) AS id FROM person p
WHERE p.id = ANY($1::uuid[]) AND (p.merged_into IS NOT NULL OR EXISTS (
    SELECT 1 FROM person c WHERE c.merged_into = p.id))
