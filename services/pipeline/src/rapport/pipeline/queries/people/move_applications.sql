-- name: move_applications
-- Two people turned out to be one.
UPDATE application SET person_id = $2 WHERE person_id = $1
RETURNING id, removal
