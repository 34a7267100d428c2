-- name: refresh_statistics
-- After reading in bulk: otherwise the next queries are planned for empty tables.
SELECT refresh_statistics()
