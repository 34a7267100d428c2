-- name: update_applications
-- Our state. An application that was not compared with the ATS stays unreconciled.
UPDATE application a
SET job_id = n.job_id, stage_id = n.stage_id, status = n.status, stage_entered_at = n.stage_entered_at,
    closed_at = n.closed_at, version = n.version, sync_state = n.sync_state, sync_reason = n.sync_reason,
    conflict_stage_id = n.conflict_stage_id, refused_action = n.refused_action,
    sync_since = CASE WHEN a.sync_state = n.sync_state THEN a.sync_since ELSE $1 END,
    published_details = n.published_details::jsonb, unreconciled = a.unreconciled AND NOT n.compared
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bigint[],
        $9::text[], $10::text[], $11::uuid[], $12::text[], $13::text[], $14::boolean[])
    AS n (id, job_id, stage_id, status, stage_entered_at, closed_at, version, sync_state, sync_reason,
        conflict_stage_id, refused_action, published_details, compared)
WHERE a.id = n.id
