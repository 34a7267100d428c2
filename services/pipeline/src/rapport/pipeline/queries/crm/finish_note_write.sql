-- name: finish_note_write
-- The ATS has the note, or refused it ($3): one more version of the note, which its caller has locked.
WITH finished AS (
    UPDATE note_write SET state = $2, reason = $3, finished_at = $4 WHERE note_id = $1 AND state = 'waiting'
    RETURNING application_id
)
UPDATE note n SET version = n.version + 1 FROM finished f WHERE n.id = $1
RETURNING n.person_id, n.job_id, n.version, f.application_id
