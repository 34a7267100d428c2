-- name: empty_demographic_answers
-- Who takes an answer back takes back that they agreed as well. What was answered goes; that something was stays, so that
-- what the person said in an earlier application does not count again.
UPDATE demographic_answer SET option_id = NULL WHERE id = ANY($1::uuid[]) AND option_id IS NOT NULL
