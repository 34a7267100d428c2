-- name: postpone_notification
-- Reviews or the mail server was not ready; only what the mail server was request_hash counts as an attempt.
UPDATE notification SET next_try_at = $2, explanation = $3, attempts = CASE WHEN $4 THEN attempts ELSE attempts - 1 END
WHERE id = $1 AND state = 'waiting'
