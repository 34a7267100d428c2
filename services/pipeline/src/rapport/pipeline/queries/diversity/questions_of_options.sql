-- name: questions_of_options
-- What each answer answers, also of those that can no longer be chosen.
SELECT id, question_id FROM demographic_option
