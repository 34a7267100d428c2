-- name: delete_import_file
-- What the file said of people is in their records by now, or in the rows that have problems.
WITH keys AS (
    DELETE FROM import_key WHERE import_id = $1
)
DELETE FROM import_chunk WHERE import_id = $1
