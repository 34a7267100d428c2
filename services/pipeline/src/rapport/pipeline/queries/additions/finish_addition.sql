-- name: finish_addition
-- The ATS has created the application ($3), or refused to ($4).
UPDATE application_addition SET state = $2, finished_at = $5, application_id = $3, reason = $4
WHERE id = $1 AND state = 'waiting'
