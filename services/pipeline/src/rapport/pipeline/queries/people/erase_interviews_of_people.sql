-- name: erase_interviews_of_people
-- Anonymized in the ATS with its interviews and scorecards.
WITH theirs AS (
    SELECT id FROM application WHERE person_id = $1
), scorecards AS (
    DELETE FROM scorecard WHERE application_id IN (SELECT id FROM theirs)
), seats AS (
    DELETE FROM interviewer WHERE interview_id IN (
        SELECT w.id FROM interview w WHERE w.application_id IN (SELECT id FROM theirs))
)
DELETE FROM interview WHERE application_id IN (SELECT id FROM theirs)
