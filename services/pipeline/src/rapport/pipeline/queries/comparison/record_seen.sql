-- name: record_seen
-- The ATS has listed these records.
INSERT INTO comparison_seen (org_id, connection, collection, id)
SELECT current_org(), $1, $2, s.id FROM unnest($3::uuid[]) AS s (id)
ON CONFLICT DO NOTHING
