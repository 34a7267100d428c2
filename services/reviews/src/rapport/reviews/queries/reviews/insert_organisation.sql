-- name: insert_organisation
-- With its first review an organisation becomes one that the worker looks after.
INSERT INTO organisation (org_id, since) VALUES (current_org(), $1) ON CONFLICT DO NOTHING
