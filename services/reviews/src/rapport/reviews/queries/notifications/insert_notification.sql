-- name: insert_notification
-- One for each occasion: returns nothing if there is one already.
INSERT INTO notification (org_id, id, kind, recipient_id, review_id, occasion, created_at)
VALUES (current_org(), $1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING
RETURNING id
