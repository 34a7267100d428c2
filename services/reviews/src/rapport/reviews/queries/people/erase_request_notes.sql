-- name: erase_request_notes
-- What whoever asked wrote to the reviewers may name the person: it goes, with its hash, for all who were put with them.
UPDATE review SET note = NULL, request_hash = NULL
WHERE id IN (SELECT review_id FROM item WHERE person_id = $1) AND (note IS NOT NULL OR request_hash IS NOT NULL)
