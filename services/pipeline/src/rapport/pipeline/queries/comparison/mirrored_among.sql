-- name: mirrored_among
-- Those of these records that we hold.
SELECT id FROM mirrored_record WHERE collection = $1 AND id = ANY($2::uuid[])
