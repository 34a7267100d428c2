-- name: park_message
-- Kept with its reason until someone replays it; parking it twice keeps the first reason.
INSERT INTO parked (org_id, consumer, message_id, subject, body, reason, attempts)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT DO NOTHING
