-- name: lock_agreed_action
-- Its changes and their versions follow one after the other.
SELECT id, job_id, text, owner_id, due_on, agreed_by, done_at, removed_at, version FROM agreed_action WHERE id = $1 FOR UPDATE
