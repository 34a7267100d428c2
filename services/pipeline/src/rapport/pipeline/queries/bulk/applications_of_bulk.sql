-- name: applications_of_bulk
-- A key that began something else with other applications is refused.
SELECT application_id, stage_id FROM bulk_action_person WHERE action_id = $1 AND application_id IS NOT NULL
