-- name: contacts_of_people
-- What may have reached these people, but for one message, which may be null; and who took them over.
SELECT person_id, handed_over_at AS at, author_id, from_user_id, false AS taken_over FROM message
WHERE person_id = ANY ($1) AND handed_over_at IS NOT NULL AND id IS DISTINCT FROM $2
UNION ALL
SELECT person_id, recorded_at, user_id, user_id, true FROM takeover WHERE person_id = ANY ($1)
ORDER BY at
