-- name: lock_template
-- Two editors who saw the same version wait for each other: one of them is told that the other was faster.
SELECT id FROM message_template WHERE id = $1 FOR UPDATE
