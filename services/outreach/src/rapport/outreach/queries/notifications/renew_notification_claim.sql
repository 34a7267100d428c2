-- name: renew_notification_claim
-- Its sender still waits for the server: it is not due again yet.
UPDATE notification SET next_try_at = $2 WHERE id = $1 AND state = 'waiting'
