-- name: existing_notes
-- A note that an earlier import of the same file has written is not written again.
SELECT id FROM note WHERE id = ANY($1::uuid[])
