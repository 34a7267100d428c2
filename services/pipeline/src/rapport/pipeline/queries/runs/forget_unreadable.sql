-- name: forget_unreadable
-- Read after all: the record was put right in the ATS, or we learnt to read it.
DELETE FROM unread_record WHERE connection = $1 AND collection = $2 AND external_id = ANY($3::text[])
