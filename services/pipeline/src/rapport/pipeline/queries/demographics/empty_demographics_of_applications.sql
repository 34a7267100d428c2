-- name: empty_demographics_of_applications
-- The ATS no longer has these applications, nor what was answered in them. That something was answered stays, so that what
-- the person said in an earlier application does not count again.
UPDATE demographic_answer SET option_id = NULL WHERE application_id = ANY($1::uuid[]) AND option_id IS NOT NULL
