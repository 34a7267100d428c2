-- name: delete_employments
-- The ATS no longer lists them.
DELETE FROM employment WHERE id = ANY($1::uuid[])
