-- name: freshness
-- As of when the funnel is true.
SELECT newest_recorded_at FROM projection WHERE consumer = $1
