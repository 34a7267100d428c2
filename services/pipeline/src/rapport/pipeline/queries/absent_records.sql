-- name: absent_records
-- The next of those we hold that the ATS has not shown.
SELECT m.id, m.external_id
FROM mirrored_record m
WHERE m.collection = $2 AND m.connection = $1 AND m.external_id <> ''
    AND NOT EXISTS (
        SELECT 1 FROM comparison_seen s
        WHERE s.org_id = m.org_id AND s.connection = $1 AND s.collection = $2 AND s.id = m.id)
    AND NOT EXISTS (SELECT 1 FROM ended_record e WHERE e.org_id = m.org_id AND e.id = m.id)
ORDER BY m.id LIMIT $3
