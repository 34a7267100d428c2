-- name: mark_interview_seen
-- The last time counts, which is of all that has come.
INSERT INTO interview_seen (org_id, interview_id, user_id, seen_at, scorecards) VALUES (current_org(), $1, $2, $3, $4)
ON CONFLICT (org_id, interview_id, user_id) DO UPDATE SET seen_at = excluded.seen_at, scorecards = excluded.scorecards
