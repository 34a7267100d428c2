-- name: insert_answer
-- What somebody answered; the message's row is held.
INSERT INTO answer (org_id, id, message_id, person_id, kind, received_at, subject, text, mail_id, signature)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
