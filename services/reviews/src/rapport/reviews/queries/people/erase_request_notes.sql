-- name: erase_request_notes
-- The note to the reviewers may name the person: it is erased with its hash, for everybody in the same review.
UPDATE review SET note = NULL, request_hash = NULL
WHERE id IN (SELECT review_id FROM item WHERE person_id = $1) AND (note IS NOT NULL OR request_hash IS NOT NULL)
