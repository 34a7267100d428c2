-- name: erase_notes
-- Erases every note about a person, also earlier ones and their hashes; the verdicts stay.
WITH erased AS (
    UPDATE verdict SET note = NULL
    WHERE (org_id, review_id, person_id) IN (SELECT org_id, review_id, person_id FROM item WHERE person_id = $1)
    RETURNING id
)
UPDATE verdict_change SET note = NULL, request_hash = NULL WHERE verdict_id IN (SELECT id FROM erased)
