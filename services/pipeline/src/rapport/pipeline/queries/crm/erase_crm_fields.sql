-- name: erase_crm_fields
-- What was anonymized of a person in the ATS goes here as well, whoever recorded it.
WITH points AS (
    DELETE FROM contact_point WHERE person_id = $1
        AND kind || 's' = ANY($2::text[])
)
DELETE FROM person_tag WHERE person_id = $1 AND 'tags' = ANY($2::text[])
