-- name: find_limits
-- What the organisation has set otherwise than usual.
SELECT sender_per_day, spacing_seconds, person_per_day, person_per_week, ownership_days FROM limits
