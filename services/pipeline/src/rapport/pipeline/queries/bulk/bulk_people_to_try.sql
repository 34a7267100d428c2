-- name: bulk_people_to_try
-- The next people of an action with whom it was not tried.
SELECT number, person_id FROM bulk_action_person WHERE action_id = $1 AND outcome IS NULL ORDER BY number LIMIT $2
