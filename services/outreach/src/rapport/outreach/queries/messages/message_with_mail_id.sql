-- name: message_with_mail_id
-- The message of ours that one of these Message-IDs names, the last named first.
SELECT m.id, m.person_id, m.to_address
FROM unnest($1::text[]) WITH ORDINALITY AS named (mail_id, place)
JOIN message m ON m.org_id = current_org() AND m.mail_id = named.mail_id
WHERE m.handed_over_at IS NOT NULL
ORDER BY named.place DESC LIMIT 1
