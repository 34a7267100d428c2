-- name: insert_salt
-- Once for each organisation, when its first address is looked at.
INSERT INTO salt (org_id, salt) VALUES (current_org(), $1) ON CONFLICT DO NOTHING
