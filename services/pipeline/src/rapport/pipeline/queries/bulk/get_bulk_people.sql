-- name: get_bulk_people
-- A page of the people or applications of an action of the user's ($2), after a number ($3); those with an outcome ($4), if one is named. No
-- row, if there is no such action.
WITH page AS MATERIALIZED (
    SELECT p.number, coalesce(p.person_id, a.person_id) AS person_id, p.application_id, p.expected, p.outcome, p.reason,
        'in_process' = ANY(p.warnings) AS in_process, p.refusal,
        p.outcome IS NOT DISTINCT FROM 'done' AND NOT 'without_mail' = ANY(p.warnings)
            AND b.action #> '{rejection,mail}' IS NOT NULL AS mail
    FROM bulk_action_person p
    JOIN bulk_action b ON b.org_id = p.org_id AND b.id = p.action_id
    LEFT JOIN application a ON a.org_id = p.org_id AND a.id = p.application_id AND a.removed_at IS NULL
    WHERE p.action_id = $1 AND p.number > $3 AND ($4::text IS NULL OR coalesce(p.outcome, p.expected) = $4)
    ORDER BY p.number LIMIT $5 + 1
), kept AS (
    SELECT * FROM page ORDER BY number LIMIT $5
)
SELECT json_build_object(
    'edges', (SELECT coalesce(json_agg(json_build_object(
        'cursor', json_build_array(number::text), 'node', row_to_json(kept)) ORDER BY number), '[]') FROM kept),
    'has_next', (SELECT count(*) > $5 FROM page)
)::text
FROM bulk_action b WHERE b.id = $1 AND b.requested_by = $2
