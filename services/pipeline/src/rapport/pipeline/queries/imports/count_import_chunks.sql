-- name: count_import_chunks
-- How many parts there are; the next one has this number.
SELECT count(*) FROM import_chunk WHERE import_id = $1
