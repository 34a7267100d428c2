-- name: person_for_ats
-- What the ATS is told of a person whom it does not know; nothing of one who is gone.
SELECT first_name, last_name, title, company, emails, phones, links FROM person_document
WHERE id = (SELECT coalesce(s.merged_into, s.id) FROM person s WHERE s.id = $1)
