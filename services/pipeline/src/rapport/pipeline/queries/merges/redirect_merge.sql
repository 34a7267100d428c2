-- name: redirect_merge
-- What a user said of a record that has become part of another one holds for that one.
UPDATE person_merge SET merged_id = $2 WHERE id = $1
