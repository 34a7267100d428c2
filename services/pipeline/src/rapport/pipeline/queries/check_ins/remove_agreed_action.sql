-- name: remove_agreed_action
-- One that is locked: removed at $2, or not after all if that is null.
UPDATE agreed_action SET removed_at = $2, version = $3 WHERE id = $1
