-- name: echo_ats_writes
-- The ATS showed us what we did before its answer did: what waited for this application is done.
UPDATE ats_write SET state = 'echoed', finished_at = $2, note = NULL
WHERE application_id = ANY($1::uuid[]) AND state = 'waiting'
