-- name: move_with_key
-- Whether this very request was carried out before, and which move it was.
SELECT from_stage_id, to_stage_id FROM transition WHERE application_id = $1 AND cause = $2
