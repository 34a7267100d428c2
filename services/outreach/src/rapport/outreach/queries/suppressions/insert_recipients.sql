-- name: insert_recipients
-- So that there is a row to lock, in one order everywhere.
INSERT INTO recipient (org_id, id) SELECT current_org(), r.id FROM unnest($1::uuid[]) AS r (id) ORDER BY r.id
ON CONFLICT DO NOTHING
