-- name: refuse_ats_writes
-- A refused move takes those behind it along: they were made from a place the ATS does not have it in. Answers the
-- versions of the transitions that now have not taken effect.
WITH refused AS (
    UPDATE ats_write SET state = 'refused', finished_at = $2, reason = $3
    WHERE application_id = $1 AND state = 'waiting'
    RETURNING cause
)
SELECT t.version FROM transition t JOIN refused r ON r.cause = t.cause
WHERE t.application_id = $1 AND t.kind = 'moved'
ORDER BY t.version
