-- name: claim_ats_write
-- The oldest due write whose application has no older one waiting: the ATS sees them in their order. What was done to
-- one application goes before what was done to hundreds at once, which may take minutes. Claimed by moving its next try
-- past the time an attempt can take, so that a worker that dies does not take it along. Without $3, what was done to
-- hundreds waits.
UPDATE ats_write w
SET attempts = w.attempts + 1, next_try_at = now() + make_interval(secs => $2)
WHERE (w.org_id, w.id) = (
    SELECT o.org_id, o.id FROM ats_write o
    WHERE o.connection = $1 AND o.state = 'waiting' AND o.next_try_at <= now() AND ($3 OR NOT o.in_bulk) AND o.id = (
        -- With a limit it stays a look into the index for each move; a join compares each with every other.
        SELECT e.id FROM ats_write e
        WHERE e.org_id = o.org_id AND e.application_id = o.application_id AND e.state = 'waiting'
        ORDER BY e.requested_at, e.id LIMIT 1
    )
    ORDER BY o.in_bulk, o.requested_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING w.id, w.application_id, w.action, w.from_stage_id, w.to_stage_id, w.from_status, w.to_job_id, w.starts_on,
    w.user_id, w.note, w.attempts, w.cause, w.traceparent,
    (SELECT external_id FROM job j WHERE j.org_id = w.org_id AND j.id = w.to_job_id) AS to_job_ref,
    (SELECT external_id FROM opening o WHERE o.org_id = w.org_id AND o.id = w.opening_id) AS opening_ref,
    (SELECT external_id FROM rejection_reason r WHERE r.org_id = w.org_id AND r.id = w.reason_id) AS reason_ref,
    (SELECT a.ats_stage_id FROM application a WHERE a.org_id = w.org_id AND a.id = w.application_id) AS ats_stage_id,
    (SELECT a.ats_status FROM application a WHERE a.org_id = w.org_id AND a.id = w.application_id) AS ats_status,
    (SELECT external_id FROM application a WHERE a.org_id = w.org_id AND a.id = w.application_id) AS application_ref,
    (SELECT external_id FROM job_stage s WHERE s.org_id = w.org_id AND s.id = w.from_stage_id) AS from_stage_ref,
    (SELECT external_id FROM job_stage s WHERE s.org_id = w.org_id AND s.id = w.to_stage_id) AS to_stage_ref,
    (SELECT nullif(external_id, '') FROM user_account u WHERE u.org_id = w.org_id AND u.id = w.user_id) AS user_ref
