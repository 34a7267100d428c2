-- name: conversation_of
-- The Message-IDs that a message which continues this one refers to, oldest first.
SELECT m.person_id, m.earlier_mail_ids || m.mail_id || coalesce((
    SELECT array_agg(a.mail_id ORDER BY a.received_at, a.id) FROM reply a
    WHERE a.org_id = m.org_id AND a.message_id = m.id AND a.mail_id IS NOT NULL AND a.kind = 'personal'
), '{}') AS mail_ids
FROM message m WHERE m.id = $1
