-- name: all_application_ids
-- For rendering every card again, in slices.
SELECT id FROM application WHERE version > 0 AND id > $1 ORDER BY id LIMIT $2
