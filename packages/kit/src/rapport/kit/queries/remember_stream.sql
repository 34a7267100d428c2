-- name: remember_stream
-- Stored so that a recreated stream is detected even if it has grown past our last position in it.
INSERT INTO stream_identity (stream, created_at) VALUES ($1, $2)
ON CONFLICT (stream) DO UPDATE SET created_at = excluded.created_at
