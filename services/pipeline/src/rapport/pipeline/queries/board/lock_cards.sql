-- name: lock_cards
-- A statement of its own before rendering: whoever waited here renders what the one before has committed.
SELECT id FROM application WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE
