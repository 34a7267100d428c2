-- name: settle_reviewed_people
-- Who is in the review ($2), and who is not after all.
UPDATE bulk_action_person SET outcome = CASE
    WHEN person_id = ANY($2::uuid[]) THEN 'done' WHEN expected = 'done' THEN 'not_found' ELSE expected END
WHERE action_id = $1
