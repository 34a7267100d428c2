-- name: count_absent
-- How many of those we hold the ATS has not shown, without those whose absence explains itself; and whether it has
-- shown any at all. Probed record by record, as in absent_records.
SELECT count(*) AS absent, EXISTS (
    SELECT 1 FROM comparison_seen s WHERE s.connection = $1 AND s.collection = $2) AS any_seen
FROM mirrored_record m
WHERE m.collection = $2 AND m.connection = $1 AND m.external_id <> '' AND NOT m.explained
    AND (
        SELECT true FROM comparison_seen s
        WHERE s.org_id = m.org_id AND s.connection = $1 AND s.collection = $2 AND s.id = m.id) IS NULL
    AND (SELECT true FROM ended_record e WHERE e.org_id = m.org_id AND e.id = m.id) IS NULL
