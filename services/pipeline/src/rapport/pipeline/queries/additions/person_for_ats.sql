-- name: person_for_ats
-- What is sent to the ATS to create a person; no row for one who is gone.
SELECT first_name, last_name, title, company, emails, phones, links FROM person_document
WHERE id = (SELECT coalesce(s.merged_into, s.id) FROM person s WHERE s.id = $1)
