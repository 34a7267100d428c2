-- name: delete_educations
-- The ATS no longer lists them.
DELETE FROM education WHERE id = ANY($1::uuid[])
