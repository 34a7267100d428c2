-- name: forget_published_after
-- The broker lost its tail (or everything, after -1): what it no longer holds waits again.
UPDATE publication SET stream_sequence = NULL WHERE stream_sequence > $1
