-- name: agreed_action_with_id
-- As it is after a change.
SELECT row_to_json(d)::text FROM agreed_action_document d WHERE d.id = $1
