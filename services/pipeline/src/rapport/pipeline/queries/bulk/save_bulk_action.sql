-- name: save_bulk_action
-- Its state, what it led to, and the version of the event that says so. What was noted for the ATS leaves the action once
-- it is over.
UPDATE bulk_action SET state = $2, state_since = CASE WHEN state = $2 THEN state_since ELSE $3 END, result_id = $4,
    version = $5, action = $6
WHERE id = $1
