-- name: notification_by_id
-- To whom it goes, and about what.
SELECT kind, recipient_id, review_id, occasion FROM notification WHERE id = $1
