-- name: lock_note
-- Locked, so that changes of its author from two windows follow one after the other, and what becomes of it in the ATS.
SELECT n.id, n.person_id, n.job_id, n.author_id, n.visibility, n.body, n.created_at, n.edited_at, n.version,
    w.application_id, w.state AS ats_state, CASE WHEN w.state = 'refused' THEN w.reason END AS ats_reason
FROM note n LEFT JOIN note_write w ON w.org_id = n.org_id AND w.note_id = n.id
WHERE n.id = $1 FOR UPDATE OF n
