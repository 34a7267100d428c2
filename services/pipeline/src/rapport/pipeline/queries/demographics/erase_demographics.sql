-- name: erase_demographics
-- What these people said of themselves, in any record of theirs.
DELETE FROM demographic_answer WHERE application_id IN (
    SELECT id FROM application WHERE person_id = ANY($1::uuid[]) OR ats_person_id = ANY($1::uuid[]))
