-- name: append_verdict_change
-- The history of a verdict: every change, by whom and in which request.
INSERT INTO verdict_change (org_id, verdict_id, number, change, verdict, note, visibility, given_at, actor, cause, request_hash)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
