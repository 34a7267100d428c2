-- name: lock_cards
-- A statement of its own before rendering: after waiting for another unit of work, its changes are rendered as well.
SELECT id FROM application WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
