-- name: outcome_of_interview
-- What came of an interview whose application is locked, and when the viewer ($2) marked all of it as seen.
SELECT i.has_outcome, i.scorecards, outcome_seen_at($2, i) AS seen_at, owes_scorecard($2, i.application_id) AS owes_scorecard
FROM interview_outcome i WHERE i.id = $1
