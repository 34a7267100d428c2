-- name: forget_seen
-- What the ATS listed of all collections, or of one.
DELETE FROM comparison_seen WHERE connection = $1 AND ($2::text IS NULL OR collection = $2)
