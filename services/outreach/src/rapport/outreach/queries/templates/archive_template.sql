-- name: archive_template
-- Its texts stay: mails that were chosen with it go out.
UPDATE message_template SET archived_at = $2 WHERE id = $1
