-- name: delete_attachments
-- The ATS no longer lists them.
DELETE FROM attachment WHERE id = ANY($1::uuid[])
