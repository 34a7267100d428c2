-- name: bulk_people_to_try
-- The next people or applications of an action with whom it was not tried.
SELECT number, person_id, application_id, stage_id, to_stage_id, 'without_mail' = ANY(warnings) AS without_mail
FROM bulk_action_person WHERE action_id = $1 AND outcome IS NULL ORDER BY number LIMIT $2
