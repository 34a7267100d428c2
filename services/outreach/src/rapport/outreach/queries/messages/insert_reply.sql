-- name: insert_reply
-- The message's row is locked. Of an erased person's reply, only that it arrived is stored.
INSERT INTO reply (org_id, id, message_id, person_id, kind, received_at, subject, text, mail_id, signature)
SELECT current_org(), $1, $2, $3, $4, $5, CASE WHEN e.erased THEN '' ELSE $6 END, CASE WHEN e.erased THEN '' ELSE $7 END,
    CASE WHEN NOT e.erased THEN $8 END, CASE WHEN NOT e.erased THEN $9 END
FROM (SELECT EXISTS (
    SELECT 1 FROM suppression WHERE person_id = $3 AND reason = 'erased' AND lifted_at IS NULL)) AS e (erased)
