-- name: delete_departments
-- Jobs that were in them are in none.
WITH gone AS (
    DELETE FROM department WHERE id = ANY($1::uuid[])
)
UPDATE job SET department_id = NULL WHERE department_id = ANY($1::uuid[])
