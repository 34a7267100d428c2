-- name: templates_of
-- The organisation's and a user's own; as many as can exist unarchived, the archived ones after them.
SELECT id, kind, owner_id, name, subject, body, version, saved_at, saved_by, archived_at
FROM message_template_document
WHERE (owner_id IS NULL OR owner_id = $1) AND ($2::text IS NULL OR kind = $2) AND ($3 OR archived_at IS NULL)
ORDER BY archived_at IS NOT NULL, lower(name), id LIMIT $4
