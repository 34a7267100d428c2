-- name: verdicts_of_reviews
-- All of them, those taken back as well: who may see which is decided outside the database.
SELECT id, review_id, reviewer_id, person_id, verdict, note, visibility, given_at, changes, note_edits, decided_at,
    version, taken_back_at
FROM verdict WHERE review_id = ANY($1::uuid[])
ORDER BY given_at, id
