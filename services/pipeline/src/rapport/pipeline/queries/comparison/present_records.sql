-- name: present_records
-- Some that the ATS has listed: a response by ids that omits these as well proves nothing.
SELECT m.id, m.external_id
FROM mirrored_record m
JOIN comparison_seen s ON s.org_id = m.org_id AND s.connection = $1 AND s.collection = $2 AND s.id = m.id
WHERE m.collection = $2 AND m.external_id <> ''
LIMIT $3
