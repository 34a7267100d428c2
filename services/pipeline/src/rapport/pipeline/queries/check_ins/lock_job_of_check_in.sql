-- name: lock_job_of_check_in
-- Check-ins of a job, and actions agreed on for it, follow one after the other: how soon and how many is decided by what
-- is there.
SELECT id FROM job WHERE id = $1 FOR NO KEY UPDATE
