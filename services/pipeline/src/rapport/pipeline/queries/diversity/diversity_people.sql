-- name: diversity_people
-- Who gave one of the answers of $1 when they agreed by the answer $2, and said nothing else
-- in that application or in a later one, also if that is gone.
SELECT DISTINCT a.person_id AS id
FROM demographic_answer c
JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id AND a.removed_at IS NULL
WHERE c.option_id = $2 AND NOT EXISTS (
        SELECT 1 FROM application b
        JOIN demographic_answer n ON n.org_id = b.org_id AND n.application_id = b.id AND n.question_id = c.question_id
        WHERE b.org_id = a.org_id AND b.person_id = a.person_id
            AND n.option_id IS DISTINCT FROM c.option_id AND b.applied_at >= a.applied_at)
    AND EXISTS (
        SELECT 1 FROM demographic_answer g
        WHERE g.org_id = c.org_id AND g.application_id = c.application_id AND g.option_id = ANY($1::uuid[]))
