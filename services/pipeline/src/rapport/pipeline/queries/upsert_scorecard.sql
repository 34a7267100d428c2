-- name: upsert_scorecard
-- Scorecards that are in are counted on cards.
INSERT INTO scorecard AS mine (org_id, id, application_id, interview_id, user_id, submitted_at, rating)
SELECT current_org(), r.id, r.application_id, r.interview_id, r.user_id, r.submitted_at, r.rating
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[])
    AS r (id, application_id, interview_id, user_id, submitted_at, rating)
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, interview_id = excluded.interview_id, user_id = excluded.user_id, submitted_at = excluded.submitted_at, rating = excluded.rating
