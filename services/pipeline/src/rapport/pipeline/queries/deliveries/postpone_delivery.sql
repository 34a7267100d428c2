-- name: postpone_delivery
-- The world was not ready; tried again later.
UPDATE delivery SET attempts = attempts + 1, reason = $3, next_try_at = now() + make_interval(secs => $4)
WHERE connection = $1 AND delivery_id = $2
