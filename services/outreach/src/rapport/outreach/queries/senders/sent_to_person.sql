-- name: sent_to_person
-- What may have reached this person since then.
SELECT handed_over_at FROM message WHERE person_id = $1 AND handed_over_at > $2 AND id <> $3 ORDER BY handed_over_at
