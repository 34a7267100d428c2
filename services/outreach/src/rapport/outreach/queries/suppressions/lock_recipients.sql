-- name: lock_recipients
-- Whoever writes to them, and whoever says that nobody may, take turns.
SELECT id FROM recipient WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE
