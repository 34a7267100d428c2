-- name: known_stream
-- When the stream we published to was created; another date means another, empty stream.
SELECT created_at FROM stream_identity WHERE stream = $1
