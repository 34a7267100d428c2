-- name: published_at_rank
-- The nth event by its place in the stream, to search for the last one that the broker still holds.
SELECT stream_sequence, id FROM publication WHERE stream_sequence IS NOT NULL
ORDER BY stream_sequence OFFSET $1 LIMIT 1
