-- name: upsert_interviewer
-- Who owes a scorecard for an interview.
INSERT INTO interviewer AS mine (org_id, id, interview_id, user_id, external_id)
SELECT current_org(), r.id, r.interview_id, r.user_id, r.external_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
    AS r (id, interview_id, user_id, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET interview_id = excluded.interview_id, user_id = excluded.user_id,
    external_id = excluded.external_id
WHERE (mine.interview_id, mine.user_id, mine.external_id)
    IS DISTINCT FROM (excluded.interview_id, excluded.user_id, excluded.external_id)
RETURNING id
