-- name: invite_user
-- A user without a record in the ATS; one who was removed is there again.
INSERT INTO user_account (org_id, id, connection, external_id, name, email, site_admin, active)
VALUES (current_org(), $1, '', '', $2, $3, false, true)
ON CONFLICT (org_id, id) DO UPDATE SET name = excluded.name, active = true
