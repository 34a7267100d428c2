-- name: erase_demographics_of_applications
-- The ATS no longer has these applications, nor what was answered in them.
DELETE FROM demographic_answer WHERE application_id = ANY($1::uuid[])
