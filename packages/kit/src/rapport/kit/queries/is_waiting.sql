-- name: is_waiting
-- Of the messages that follow our last acknowledged one in the stream: those we still believe unpublished.
SELECT p.position, f.stream_sequence
FROM publication p JOIN unnest($1::uuid[], $2::bigint[]) AS f (id, stream_sequence) ON p.id = f.id
WHERE p.stream_sequence IS NULL
