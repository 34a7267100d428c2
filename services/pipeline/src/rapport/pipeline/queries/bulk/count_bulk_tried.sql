-- name: count_bulk_tried
-- With how many people an action was tried.
SELECT count(*) FROM bulk_action_person WHERE action_id = $1 AND outcome IS NOT NULL
