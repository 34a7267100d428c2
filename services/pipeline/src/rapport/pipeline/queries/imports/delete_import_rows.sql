-- name: delete_import_rows
-- Before a dry run is begun anew.
WITH keys AS (
    DELETE FROM import_key WHERE import_id = $1
)
DELETE FROM import_row WHERE import_id = $1
