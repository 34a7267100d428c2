-- name: give_access
-- A role or a grant, beside what they have from the ATS.
INSERT INTO user_access (org_id, user_id, kind, name, given_by, given_at)
VALUES (current_org(), $1, $2, $3, $4, $5) ON CONFLICT DO NOTHING
