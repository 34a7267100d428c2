-- name: note_events_read
-- So that it is known at the end whether the stream held everything.
SELECT note_events_read($1::uuid[])
