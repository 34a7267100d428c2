-- name: lock_unreconciled
-- The next applications about which the ATS said something not compared yet. One that somebody else holds is waited
-- for: skipped, it would stay as it is until the next run.
SELECT id, external_id, person_id, connection, applied_at, source_id, credited_user_id,
    job_id, stage_id, status, stage_entered_at, closed_at, version, sync_state, sync_reason, rejection_reason_id,
    ats_job_id, ats_stage_id, ats_status, ats_stage_entered_at, ats_closed_at, ats_updated_at
FROM application
WHERE unreconciled AND removed_at IS NULL AND connection = $1 AND id > $2
ORDER BY id
LIMIT $3
FOR UPDATE
