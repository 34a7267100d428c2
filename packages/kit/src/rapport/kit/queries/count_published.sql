-- name: count_published
-- The range of the search for the last event that the broker still holds.
SELECT count(*) FROM publication WHERE stream_sequence IS NOT NULL
