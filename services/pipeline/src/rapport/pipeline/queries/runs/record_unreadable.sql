-- name: record_unreadable
-- Skipped, so that the rest of its page passes; kept by its id with the reason.
INSERT INTO unread_record (org_id, connection, collection, external_id, reason, last_seen_at)
VALUES (current_org(), $1, $2, $3, $4, $5)
ON CONFLICT (org_id, connection, collection, external_id) DO UPDATE
SET reason = excluded.reason, last_seen_at = excluded.last_seen_at
