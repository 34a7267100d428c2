-- name: restore_jobs
-- The ATS has them after all; that they are back is told like any change.
UPDATE job SET removed_at = NULL, told = NULL WHERE id = ANY($1::uuid[])
