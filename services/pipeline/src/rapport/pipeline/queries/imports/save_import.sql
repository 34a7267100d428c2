-- name: save_import
-- Where a locked import stands, and the version of the event that says so.
UPDATE import
SET state = $2, state_since = CASE WHEN state = $2 THEN state_since ELSE $3 END, format = $4, options = $5, columns = $6,
    problem = $7, rows = $8, counts = $9, version = $10
WHERE id = $1
