-- name: move_profile
-- Two people turned out to be one: what is known of the merged one is known of the survivor.
WITH employments AS (
    UPDATE employment SET person_id = $2 WHERE person_id = $1
), educations AS (
    UPDATE education SET person_id = $2 WHERE person_id = $1
)
UPDATE attachment SET person_id = $2 WHERE person_id = $1
