-- name: complete_agreed_action
-- One that is locked: done by $2 at $3, or not done if both are null.
UPDATE agreed_action SET done_by = $2, done_at = $3, version = $4 WHERE id = $1
