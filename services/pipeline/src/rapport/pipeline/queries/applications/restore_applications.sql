-- name: restore_applications
-- The ATS has them after all; its state of them is compared again.
UPDATE application
SET removed_at = NULL, removal = NULL, version = version + CASE WHEN version > 0 THEN 1 ELSE 0 END, unreconciled = true
WHERE id = ANY($1::uuid[])
