-- name: lock_removed
-- As lock_applications, of those that were removed.
SELECT id, external_id, person_id, connection, applied_at, source_id, credited_user_id,
    job_id, stage_id, status, stage_entered_at, closed_at, version, sync_state, sync_reason, rejection_reason_id,
    ats_job_id, ats_stage_id, ats_status, ats_stage_entered_at, ats_closed_at, ats_updated_at
FROM application
WHERE id = ANY($1::uuid[]) AND removed_at IS NOT NULL
ORDER BY id
FOR UPDATE
