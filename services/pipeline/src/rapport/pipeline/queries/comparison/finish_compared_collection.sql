-- name: finish_compared_collection
-- Done, or stopped: too much is missing there.
UPDATE comparison_collection SET state = $3, next_page = NULL WHERE connection = $1 AND collection = $2
