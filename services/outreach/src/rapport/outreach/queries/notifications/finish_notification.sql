-- name: finish_notification
-- Sent, pointless by now, or refused for good.
UPDATE notification SET state = $2, finished_at = $3, explanation = $4 WHERE id = $1 AND state = 'waiting'
