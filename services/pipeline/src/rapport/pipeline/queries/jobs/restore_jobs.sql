-- name: restore_jobs
-- The ATS has them after all; that they are back is published like any change.
UPDATE job SET removed_at = NULL, published_state = NULL WHERE id = ANY($1::uuid[])
