-- name: is_open_opening
-- Whether it ($1) is a seat of this job ($2) that nobody has filled.
SELECT EXISTS (SELECT 1 FROM opening WHERE id = $1 AND job_id = $2 AND status = 'open')
