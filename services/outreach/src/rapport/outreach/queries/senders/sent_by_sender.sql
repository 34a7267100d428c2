-- name: sent_by_sender
-- What may have gone out from this mailbox since then.
SELECT handed_over_at FROM message WHERE from_user_id = $1 AND handed_over_at > $2 AND id <> $3 ORDER BY handed_over_at
