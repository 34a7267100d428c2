-- name: fix_import_row
-- As a user fixed it, and as it was found then.
UPDATE import_row
SET cells = $3, keys = $4, outcome = $5, problems = $6::text::json, has_problems = $6::text <> '[]', person_id = $7
WHERE import_id = $1 AND number = $2
