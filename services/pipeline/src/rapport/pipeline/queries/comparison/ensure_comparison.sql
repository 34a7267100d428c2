-- name: ensure_comparison
-- The first comparison is due an interval after we began to know the connection.
INSERT INTO comparison (org_id, connection, started_at) VALUES (current_org(), $1, $2) ON CONFLICT DO NOTHING
