-- name: check_in_with_id
-- Holding one again under the same key is that one.
SELECT id, job_id, held_by, held_at FROM check_in WHERE id = $1
