-- name: lock_note
-- Locked, so that changes of its author from two windows follow one after the other.
SELECT id, person_id, job_id, author_id, visibility, body, created_at, edited_at, version FROM note
WHERE id = $1 FOR UPDATE
