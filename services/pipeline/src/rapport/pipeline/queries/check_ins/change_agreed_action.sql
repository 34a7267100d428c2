-- name: change_agreed_action
-- One that is locked.
UPDATE agreed_action SET text = $2, owner_id = $3, due_on = $4, version = $5 WHERE id = $1
