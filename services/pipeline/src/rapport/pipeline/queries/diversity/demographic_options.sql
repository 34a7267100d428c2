-- name: demographic_options
-- What each answer answers, also of those that can no longer be chosen.
SELECT o.id, o.name, o.question_id, q.name AS question_name, q.set_id
FROM demographic_option o
LEFT JOIN demographic_question q ON q.org_id = o.org_id AND q.id = o.question_id
