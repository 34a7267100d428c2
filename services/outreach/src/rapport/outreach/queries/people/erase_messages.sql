-- name: erase_messages
-- Addresses ($2) and texts ($3) of what was written to a person. A server's reply may quote either.
WITH events AS (
    UPDATE message_event SET explanation = NULL
    WHERE explanation IS NOT NULL AND message_id IN (SELECT id FROM message WHERE person_id = $1)
)
UPDATE message
SET to_name = CASE WHEN $2 THEN '' ELSE to_name END, to_address = CASE WHEN $2 THEN '' ELSE to_address END,
    subject = CASE WHEN $3 THEN '' ELSE subject END, body = CASE WHEN $3 THEN '' ELSE body END,
    earlier_mail_ids = CASE WHEN $3 THEN '{}' ELSE earlier_mail_ids END, request_hash = CASE WHEN NOT $3 THEN request_hash END,
    explanation = NULL
WHERE person_id = $1
