-- name: finish_notice
-- Sent, pointless by now, or refused for good.
UPDATE notice SET state = $2, finished_at = $3, explanation = $4 WHERE id = $1 AND state = 'waiting'
