-- name: lift_suppression
-- It stays as a record of who must not be written to when.
UPDATE suppression SET lifted_at = $2, lifted_by = $3, version = version + 1 WHERE id = $1
