-- name: rows_to_apply
-- The next rows behind one that can be imported and were not yet: those before it have been left behind, and are not
-- looked at again.
SELECT number, line, cells, keys, key_values FROM import_row
WHERE import_id = $1 AND number > $2 AND applied_at IS NULL AND outcome <> 'refused'
ORDER BY number LIMIT $3
