-- name: recorded_sourcing
-- What was recorded first.
SELECT person_id, occurred_at FROM sourcing_activity WHERE id = $1
