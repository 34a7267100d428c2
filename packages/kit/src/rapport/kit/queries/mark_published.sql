-- name: mark_published
-- After the broker's acknowledgement; a crash before this publishes again under the same message id.
UPDATE publication p
SET stream_sequence = a.stream_sequence
FROM unnest($1::bigint[], $2::bigint[]) AS a (position, stream_sequence)
WHERE p.position = a.position
