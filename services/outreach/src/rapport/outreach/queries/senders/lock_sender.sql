-- name: lock_sender
-- Inserted if need be, and locked until the end of the unit of work: of two messages, one sees the other.
INSERT INTO sender AS s (org_id, user_id, free_at) VALUES (current_org(), $1, '-infinity')
ON CONFLICT (org_id, user_id) DO UPDATE SET free_at = s.free_at
RETURNING CASE WHEN free_at > '-infinity' THEN free_at END
