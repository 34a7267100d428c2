-- name: erase_notes
-- What was said of a person in words goes, also what was said before, and its hash; the verdicts stay.
WITH erased AS (
    UPDATE verdict SET note = NULL
    WHERE (org_id, review_id, person_id) IN (SELECT org_id, review_id, person_id FROM item WHERE person_id = $1)
    RETURNING id
)
UPDATE verdict_change SET note = NULL, request_hash = NULL WHERE verdict_id IN (SELECT id FROM erased)
