-- name: claim_rejection_mail
-- The next one that is to become a message; tried again at $2, if this process does not get so far.
UPDATE rejection_mail r SET next_try_at = $2
WHERE (r.org_id, r.application_id, r.version) = (
    SELECT d.org_id, d.application_id, d.version FROM rejection_mail d WHERE d.next_try_at <= $1
    ORDER BY d.next_try_at, d.application_id, d.version LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING r.application_id, r.version, r.person_id, r.job_id, r.template_id, r.template_version, r.from_user_id, r.send_at, r.traceparent
