-- name: upsert_scorecard
-- Scorecards that are in are counted on cards.
INSERT INTO scorecard AS mine (org_id, id, application_id, interview_id, user_id, submitted_at, rating, external_id)
SELECT current_org(), r.id, r.application_id, r.interview_id, r.user_id, r.submitted_at, r.rating, r.external_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::uuid[], $5::timestamptz[], $6::text[], $7::text[])
    AS r (id, application_id, interview_id, user_id, submitted_at, rating, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET application_id = excluded.application_id, interview_id = excluded.interview_id, user_id = excluded.user_id, submitted_at = excluded.submitted_at, rating = excluded.rating,
    external_id = excluded.external_id
WHERE (mine.application_id, mine.interview_id, mine.user_id, mine.submitted_at, mine.rating, mine.external_id)
    IS DISTINCT FROM (excluded.application_id, excluded.interview_id, excluded.user_id, excluded.submitted_at, excluded.rating, excluded.external_id)
RETURNING id
