-- name: diversity_consent
-- What people were asked for their consent, and what they answered.
SELECT q.name AS question, o.name AS answer
FROM demographic_option o JOIN demographic_question q ON q.org_id = o.org_id AND q.id = o.question_id
WHERE o.id = $1
