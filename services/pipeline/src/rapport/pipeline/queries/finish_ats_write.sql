-- name: finish_ats_write
-- The ATS carried it out; since when, if its answer says so.
UPDATE ats_write SET state = 'done', finished_at = $2, in_effect_at = $3 WHERE id = $1 AND state = 'waiting'
