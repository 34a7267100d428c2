-- name: delete_offices
-- Jobs that were in them are in none.
WITH gone AS (
    DELETE FROM office WHERE id = ANY($1::uuid[])
)
UPDATE job SET office_id = NULL WHERE office_id = ANY($1::uuid[])
