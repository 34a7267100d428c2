-- name: open_mailbox
-- From now on replies may arrive there.
INSERT INTO mailbox (org_id, address, writing_since) VALUES (current_org(), $1, $2) ON CONFLICT DO NOTHING
