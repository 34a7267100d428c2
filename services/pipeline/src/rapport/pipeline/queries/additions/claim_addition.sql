-- name: claim_addition
-- The oldest due one; who is added alone goes before hundreds who are added at once, and may take minutes. Claimed by
-- moving its next try past the time an attempt can take; with what the ATS knows the person by, if it does: their own
-- record, or one that was merged with it. Of users who were invited here the ATS knows nothing.
UPDATE application_addition w
SET attempts = w.attempts + 1, next_try_at = now() + make_interval(secs => $2)
WHERE (w.org_id, w.id) = (
    SELECT o.org_id, o.id FROM application_addition o
    WHERE o.connection = $1 AND o.state = 'waiting' AND o.next_try_at <= now()
    ORDER BY o.in_bulk, o.requested_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING w.id, w.person_id, w.job_id, w.user_id, w.requested_at, w.attempts, w.unanswered, w.cause, w.traceparent,
    (SELECT external_id FROM job j WHERE j.org_id = w.org_id AND j.id = w.job_id) AS job_ref,
    (SELECT nullif(external_id, '') FROM user_account u WHERE u.org_id = w.org_id AND u.id = w.user_id) AS user_ref,
    (SELECT r.external_id FROM person s
        JOIN person r ON r.org_id = s.org_id AND (r.id = coalesce(s.merged_into, s.id)
            OR r.merged_into = coalesce(s.merged_into, s.id))
     WHERE s.org_id = w.org_id AND s.id = w.person_id AND r.connection = w.connection AND r.external_id <> ''
     ORDER BY r.id = w.person_id DESC, r.id LIMIT 1) AS person_ref
