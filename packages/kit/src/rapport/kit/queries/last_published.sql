-- name: last_published
-- The event with the highest place in the stream: if the broker holds another message there, it lost its tail.
SELECT stream_sequence, id FROM publication WHERE stream_sequence IS NOT NULL
ORDER BY stream_sequence DESC LIMIT 1
