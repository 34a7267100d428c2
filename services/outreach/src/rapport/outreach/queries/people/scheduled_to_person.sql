-- name: scheduled_to_person
-- What is still to be sent to a person; what is being sent right now looks again before it goes.
SELECT id FROM message WHERE person_id = $1 AND state = 'scheduled' ORDER BY id
