-- name: collection_progress
-- Where each collection of a run stands, in the order in which they are read.
SELECT collection, records, done, next_page, read_until FROM sync_collection WHERE connection = $1 ORDER BY position
