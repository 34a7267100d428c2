-- name: compared_collection
-- The collection to continue with.
SELECT collection, state, next_page, read, expected, began_at, partial, missing_there, missing_here, different
FROM comparison_collection
WHERE connection = $1 AND state IN ('waiting', 'reading', 'confirming')
ORDER BY position LIMIT 1
