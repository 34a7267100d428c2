-- name: update_applications
-- What we say from now on.
UPDATE application a
SET job_id = n.job_id, stage_id = n.stage_id, status = n.status, stage_entered_at = n.stage_entered_at,
    closed_at = n.closed_at, version = n.version, sync_state = n.sync_state, sync_reason = n.sync_reason,
    sync_since = CASE WHEN a.sync_state = n.sync_state THEN a.sync_since ELSE $1 END,
    unreconciled = false
FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bigint[],
        $9::text[], $10::text[])
    AS n (id, job_id, stage_id, status, stage_entered_at, closed_at, version, sync_state, sync_reason)
WHERE a.id = n.id
