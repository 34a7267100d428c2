-- name: diversity_answers
-- How many people gave exactly these of the answers of $1, of those who agreed by the answer $2: numbers, and nobody's name.
SELECT given.option_ids, count(*) AS people FROM (
    SELECT array_agg(DISTINCT g.option_id ORDER BY g.option_id) AS option_ids
    FROM demographic_answer c
    JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id AND a.removed_at IS NULL
    JOIN demographic_answer g ON g.org_id = c.org_id AND g.application_id = c.application_id
            AND g.option_id = ANY($1::uuid[])
        WHERE c.option_id = $2 AND NOT EXISTS (
            SELECT 1 FROM application b
            JOIN demographic_answer n ON n.org_id = b.org_id AND n.application_id = b.id AND n.question_id = c.question_id
            WHERE b.org_id = a.org_id AND b.person_id = a.person_id
                AND n.option_id IS DISTINCT FROM c.option_id AND b.applied_at >= a.applied_at)
    GROUP BY a.person_id
) given
GROUP BY given.option_ids
