-- name: rewrite_merge
-- What a user said of a record that has become part of another one holds for that one; of two, the other one stands for
-- the person then.
UPDATE person_merge SET survivor_id = $2, merged_id = $3, taken = $4 WHERE id = $1
