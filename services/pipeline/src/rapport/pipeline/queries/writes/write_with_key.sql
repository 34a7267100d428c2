-- name: write_with_key
-- What an earlier request with this key did to the application and wrote to the ATS.
SELECT action, reason_id, to_job_id, opening_id, starts_on FROM ats_write WHERE application_id = $1 AND cause = $2
