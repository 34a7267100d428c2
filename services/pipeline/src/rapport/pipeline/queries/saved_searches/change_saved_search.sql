-- name: change_saved_search
-- Everything that may be changed of it, with the version of the last event that says so.
UPDATE saved_search SET name = $2, query = $3, sort = $4, sharing = $5, job_id = $6, version = $7, changed_at = $8
WHERE id = $1
