-- name: postpone_notice
-- Reviews or the mail server was not ready.
UPDATE notice SET next_try_at = $2, explanation = $3 WHERE id = $1 AND state = 'waiting'
