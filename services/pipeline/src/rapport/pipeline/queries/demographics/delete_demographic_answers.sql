-- name: delete_demographic_answers
-- Who takes an answer back takes back that they agreed as well.
DELETE FROM demographic_answer WHERE id = ANY($1::uuid[])
