-- name: pending_of_applications
-- What was done to these applications that the ATS has not confirmed, oldest first.
SELECT application_id, from_stage_id, to_stage_id, repeats, from_status, to_status FROM ats_write
WHERE application_id = ANY($1::uuid[]) AND state = 'waiting'
ORDER BY application_id, requested_at, id
