-- name: move_messages
-- Two people turned out to be one: what was written to the one was written to the other.
WITH answers AS (
    UPDATE answer SET person_id = $2 WHERE person_id = $1
)
UPDATE message SET person_id = $2 WHERE person_id = $1
