-- name: template_by_id
-- One that is the organisation's or the user's ($2): others' own are nobody else's business.
SELECT id, kind, owner_id, name, subject, body, version, saved_at, saved_by, archived_at
FROM message_template_document WHERE id = $1 AND (owner_id IS NULL OR owner_id = $2)
