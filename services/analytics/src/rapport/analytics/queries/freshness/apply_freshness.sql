-- name: apply_freshness
-- Every answer says as of when it is true.
INSERT INTO projection AS mine (org_id, consumer, newest_recorded_at) VALUES (current_org(), $1, $2)
ON CONFLICT (org_id, consumer) DO UPDATE
SET newest_recorded_at = greatest(mine.newest_recorded_at, excluded.newest_recorded_at)
