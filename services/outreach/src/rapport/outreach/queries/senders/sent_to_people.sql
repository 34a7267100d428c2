-- name: sent_to_people
-- What may have reached these people since then, but for one message, which may be null.
SELECT person_id, handed_over_at FROM message
WHERE person_id = ANY ($1) AND handed_over_at > $2 AND id IS DISTINCT FROM $3 ORDER BY handed_over_at
