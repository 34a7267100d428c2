-- name: delete_openings
-- A seat that no longer is one.
DELETE FROM opening WHERE id = ANY($1::uuid[])
