-- name: absent_records
-- The next of those we hold that the ATS has not shown. What it has shown is probed record by record: its table is
-- filled and emptied faster than the database looks at it, and a join would be planned as if it were small.
SELECT m.id, m.external_id
FROM mirrored_record m
WHERE m.collection = $2 AND m.connection = $1 AND m.external_id <> ''
    AND (
        SELECT true FROM comparison_seen s
        WHERE s.org_id = m.org_id AND s.connection = $1 AND s.collection = $2 AND s.id = m.id) IS NULL
    AND (SELECT true FROM ended_record e WHERE e.org_id = m.org_id AND e.id = m.id) IS NULL
ORDER BY m.id LIMIT $3
