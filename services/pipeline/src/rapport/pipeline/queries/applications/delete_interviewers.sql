-- name: delete_interviewers
-- They no longer owe a scorecard.
WITH gone AS (
    DELETE FROM interviewer WHERE id = ANY($1::uuid[]) RETURNING interview_id
)
SELECT DISTINCT w.application_id AS id FROM interview w JOIN gone g ON g.interview_id = w.id
