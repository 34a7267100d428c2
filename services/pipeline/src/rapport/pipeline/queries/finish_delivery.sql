-- name: finish_delivery
-- Handled, not understood or failed: it stays, with what became of it.
UPDATE delivery SET state = $3, reason = $4, attempts = attempts + 1, handled_at = now()
WHERE connection = $1 AND delivery_id = $2
