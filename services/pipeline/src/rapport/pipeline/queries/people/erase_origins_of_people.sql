-- name: erase_origins_of_people
-- Anonymized in the ATS: where their applications came from ($2), or why they were rejected ($3).
UPDATE application
SET source_id = CASE WHEN $2 THEN NULL ELSE source_id END,
    credited_user_id = CASE WHEN $2 THEN NULL ELSE credited_user_id END,
    rejection_reason_id = CASE WHEN $3 THEN NULL ELSE rejection_reason_id END
WHERE person_id = $1
