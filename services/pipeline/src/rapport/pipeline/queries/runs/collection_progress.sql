-- name: collection_progress
-- How far a run has read each collection, in reading order.
SELECT collection, records, done, next_page, read_until FROM sync_collection WHERE connection = $1 ORDER BY position
