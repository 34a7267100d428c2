-- name: claim_note_write
-- The oldest due one, claimed by moving its next try past the time an attempt can take. Moves and endings have a queue of
-- their own: neither waits for the other, and neither takes the other along when it is refused.
UPDATE note_write w
SET attempts = w.attempts + 1, next_try_at = now() + make_interval(secs => $2)
WHERE (w.org_id, w.note_id) = (
    SELECT o.org_id, o.note_id FROM note_write o
    WHERE o.connection = $1 AND o.state = 'waiting' AND o.next_try_at <= now()
    ORDER BY o.requested_at LIMIT 1
    FOR UPDATE SKIP LOCKED
)
RETURNING w.note_id, w.requested_at, w.attempts, w.cause, w.traceparent,
    (SELECT n.body FROM note n WHERE n.org_id = w.org_id AND n.id = w.note_id) AS body,
    (SELECT n.visibility FROM note n WHERE n.org_id = w.org_id AND n.id = w.note_id) AS visibility,
    (SELECT a.external_id FROM application a WHERE a.org_id = w.org_id AND a.id = w.application_id) AS application_ref,
    (SELECT nullif(u.external_id, '') FROM user_account u WHERE u.org_id = w.org_id AND u.id = w.user_id) AS user_ref,
    (SELECT p.external_id FROM application a JOIN person p ON p.org_id = a.org_id
        AND p.id = a.ats_person_id
     WHERE a.org_id = w.org_id AND a.id = w.application_id) AS person_ref
