-- name: refuse_ats_writes
-- What is refused takes what waits behind it along: that began in a place where the ATS does not have it. Answers what
-- each was, oldest first, with the version of the transition of a move, which now has not taken effect.
WITH refused AS (
    UPDATE ats_write SET state = 'refused', finished_at = $2, reason = $3, note = NULL
    WHERE application_id = $1 AND state = 'waiting'
    RETURNING action, cause, requested_at, id
)
SELECT r.action, t.version
FROM refused r
LEFT JOIN transition t ON t.application_id = $1 AND t.cause = r.cause AND t.kind = 'moved' AND r.action IN ('move', 'transfer')
ORDER BY r.requested_at, r.id, t.version
