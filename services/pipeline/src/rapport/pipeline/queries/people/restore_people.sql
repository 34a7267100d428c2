-- name: restore_people
-- Whom a comparison missed and the ATS has after all: their record fills in what was erased.
UPDATE person SET deleted_at = NULL, ats_updated_at = '-infinity' WHERE id = ANY($1::uuid[]) AND merged_into IS NULL
