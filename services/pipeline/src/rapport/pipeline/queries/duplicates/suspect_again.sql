-- name: suspect_again
-- A decision that two people are two is taken back; they are compared anew. What was never found is no pair.
WITH decided AS (
    UPDATE probable_duplicate SET kept_apart_at = NULL, kept_apart_by = NULL WHERE id = $1 AND reason IS NOT NULL
), never_found AS (
    DELETE FROM probable_duplicate WHERE id = $1 AND reason IS NULL
)
UPDATE person SET duplicates_due = true
WHERE id IN (SELECT unnest(ARRAY[person_id, other_id]) FROM probable_duplicate WHERE id = $1)
