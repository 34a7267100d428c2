-- name: addition
-- What was made of a request ($1), or what of the person ($2) and the job ($3) is under way.
SELECT id, person_id, job_id, state, user_id AS requested_by, requested_at, reason, application_id
FROM application_addition
WHERE id = $1 OR (person_id = $2 AND job_id = $3 AND state = 'waiting')
ORDER BY id = $1 DESC LIMIT 1
