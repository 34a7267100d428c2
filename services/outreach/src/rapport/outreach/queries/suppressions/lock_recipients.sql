-- name: lock_recipients
-- Hand-overs and suppressions of the same recipient take turns.
SELECT id FROM recipient WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
