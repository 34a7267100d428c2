-- name: remember_stream
-- Kept so that a stream made anew is noticed even if it has grown past our last place in it.
INSERT INTO stream_identity (stream, created_at) VALUES ($1, $2)
ON CONFLICT (stream) DO UPDATE SET created_at = excluded.created_at
