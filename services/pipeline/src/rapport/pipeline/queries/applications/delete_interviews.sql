-- name: delete_interviews
-- Called off: the cards that showed them are rendered again.
WITH seats AS (
    DELETE FROM interviewer WHERE interview_id = ANY($1::uuid[])
)
DELETE FROM interview WHERE id = ANY($1::uuid[]) RETURNING application_id AS id
