-- name: finish_ats_write
-- The ATS carried it out.
UPDATE ats_write SET state = 'done', finished_at = $2 WHERE id = $1 AND state = 'waiting'
