-- name: fix_import_row
-- As a user fixed it, and as it was found then.
UPDATE import_row
SET cells = $3, keys = $4, key_values = $5, outcome = $6, problems = $7::text::json, has_problems = $7::text <> '[]',
    person_id = $8
WHERE import_id = $1 AND number = $2
