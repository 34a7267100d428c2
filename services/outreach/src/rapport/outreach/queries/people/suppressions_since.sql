-- name: suppressions_since
-- The entries in force about a person since they were merged with these records, and the copies of entries about them,
-- in force or lifted; locked.
SELECT s.id, s.reason, s.version, s.whole_person, s.lifted_at IS NOT NULL AS lifted, s.lifted_by, s.copied_from,
    o.person_id AS copied_person_id,
    (SELECT m.record_id FROM message m WHERE m.org_id = s.org_id AND m.id = s.message_id) AS record_id
FROM suppression s
LEFT JOIN suppression o ON o.org_id = s.org_id AND o.id = s.copied_from
WHERE s.person_id = $1 AND s.recorded_at >= $2 AND (s.lifted_at IS NULL OR s.copied_from IS NOT NULL)
ORDER BY s.id
FOR UPDATE OF s
