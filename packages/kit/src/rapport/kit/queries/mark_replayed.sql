-- name: mark_replayed
-- Commits together with the effect of the replay.
UPDATE parked SET replayed_at = now() WHERE org_id = $1 AND consumer = $2 AND message_id = $3
