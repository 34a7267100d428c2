-- name: add_absent
-- Confirmed by a second request, and ended here.
UPDATE comparison_collection SET missing_there = missing_there + $3 WHERE connection = $1 AND collection = $2
