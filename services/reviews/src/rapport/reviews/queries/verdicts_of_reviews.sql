-- name: verdicts_of_reviews
-- All of them: who may see which is decided outside the database.
SELECT id, review_id, reviewer_id, person_id, verdict, note, visibility, given_at, changes
FROM verdict WHERE review_id = ANY($1::uuid[])
ORDER BY given_at, id
