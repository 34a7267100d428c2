-- name: insert_processed_mail
-- Nothing if this mail had its effect already, in this mailbox or in another one.
INSERT INTO processed_mail (org_id, fingerprint, processed_at) VALUES (current_org(), $1, $2)
ON CONFLICT DO NOTHING
RETURNING processed_at
