-- name: upsert_interviewer
-- Who owes a scorecard for an interview.
INSERT INTO interviewer AS mine (org_id, id, interview_id, user_id)
SELECT current_org(), r.id, r.interview_id, r.user_id
FROM unnest($1::uuid[], $2::uuid[], $3::uuid[])
    AS r (id, interview_id, user_id)
ON CONFLICT (org_id, id) DO UPDATE
SET interview_id = excluded.interview_id, user_id = excluded.user_id
