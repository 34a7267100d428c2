-- name: take_mail
-- Nothing if this mail had its effect already, in this mailbox or in another one.
INSERT INTO mail_taken (org_id, fingerprint, taken_at) VALUES (current_org(), $1, $2)
ON CONFLICT DO NOTHING
RETURNING taken_at
