-- name: last_check_in
-- Where the changes of the next one begin.
SELECT id, job_id, held_by, held_at FROM check_in WHERE job_id = $1 ORDER BY held_at DESC LIMIT 1
