-- name: move_with_key
-- Whether this very request was carried out before, and which move it was; one that kept a stage left no transition.
SELECT from_stage_id, to_stage_id FROM transition WHERE application_id = $1 AND cause = $2
UNION ALL
SELECT to_stage_id, to_stage_id FROM ats_write WHERE application_id = $1 AND cause = $2 AND repeats IS NOT NULL
