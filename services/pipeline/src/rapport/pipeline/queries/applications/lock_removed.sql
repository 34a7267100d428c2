-- name: lock_removed
-- As lock_applications, for removed applications.
SELECT id, person_id, connection, applied_at, source_id, credited_user_id,
    job_id, stage_id, status, stage_entered_at, closed_at, version, sync_state, sync_reason, conflict_stage_id,
    refused_action,
    rejection_reason_id, ats_job_id, ats_stage_id, ats_status, ats_stage_entered_at, ats_closed_at, published_details,
    (SELECT s.origin FROM source s WHERE s.org_id = application.org_id AND s.id = application.source_id) AS origin,
    external_id AS ats_id,
    (SELECT nullif(p.external_id, '') FROM person p
     WHERE p.org_id = application.org_id AND p.id = application.ats_person_id)
        AS ats_person_id
FROM application
WHERE id = ANY($1::uuid[]) AND removed_at IS NOT NULL
ORDER BY id
FOR UPDATE
