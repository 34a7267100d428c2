-- name: reassign_messages
-- Two people turned out to be one: what was written to the one was written to the other.
WITH replies AS (
    UPDATE reply SET person_id = $2 WHERE person_id = $1
)
UPDATE message SET person_id = $2 WHERE person_id = $1
