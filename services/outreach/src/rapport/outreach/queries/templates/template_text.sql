-- name: template_text
-- As it was in a version ($3), or is now, for the user ($2) who sends it.
SELECT x.version, x.subject, x.body
FROM message_template t
JOIN message_template_text x ON x.org_id = t.org_id AND x.template_id = t.id AND x.version = coalesce($3, t.version)
WHERE t.id = $1 AND (t.owner_id IS NULL OR t.owner_id = $2)
