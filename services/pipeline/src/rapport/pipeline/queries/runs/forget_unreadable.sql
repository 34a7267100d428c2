-- name: forget_unreadable
-- Readable after all: the record was corrected in the ATS, or this version can read it.
DELETE FROM unread_record WHERE connection = $1 AND collection = $2 AND external_id = ANY($3::text[])
