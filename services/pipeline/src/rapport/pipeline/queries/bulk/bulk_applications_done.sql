-- name: bulk_applications_done
-- Those of an action's applications to which it was done, to undo it: moved ones are in the stage they were moved to.
SELECT application_id, stage_id, coalesce(to_stage_id, stage_id) AS now_in FROM bulk_action_person
WHERE action_id = $1 AND outcome = 'done' AND application_id IS NOT NULL ORDER BY number
