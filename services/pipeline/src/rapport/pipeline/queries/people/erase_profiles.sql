-- name: erase_profiles
-- What is personal of these people in tables of its own goes: all of it, or only the fields of $2. What scorecards and
-- offers say goes with the whole person; that they were given and made stays. Answers what was deleted.
WITH employments AS (
    DELETE FROM employment
    WHERE person_id = ANY($1::uuid[]) AND ($2::text[] IS NULL OR 'employments' = ANY($2::text[]))
    RETURNING id
), educations AS (
    DELETE FROM education
    WHERE person_id = ANY($1::uuid[]) AND ($2::text[] IS NULL OR 'educations' = ANY($2::text[]))
    RETURNING id
), attachments AS (
    DELETE FROM attachment
    WHERE person_id = ANY($1::uuid[]) AND ($2::text[] IS NULL OR 'attachments' = ANY($2::text[]))
    RETURNING id
), offers AS (
    UPDATE offer SET decline_reason = NULL
    WHERE $2::text[] IS NULL AND application_id IN (SELECT a.id FROM application a WHERE a.person_id = ANY($1::uuid[]))
), scorecards AS (
    UPDATE scorecard SET notes = NULL, attributes = '[]'
    WHERE $2::text[] IS NULL AND application_id IN (SELECT a.id FROM application a WHERE a.person_id = ANY($1::uuid[]))
)
SELECT 'employments' AS collection, id FROM employments
UNION ALL SELECT 'educations', id FROM educations
UNION ALL SELECT 'attachments', id FROM attachments
