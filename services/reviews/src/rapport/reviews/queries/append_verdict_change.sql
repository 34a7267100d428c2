-- name: append_verdict_change
-- Every verdict ever given, with who gave it and in which request.
INSERT INTO verdict_change (org_id, verdict_id, number, verdict, note, visibility, given_at, actor, cause)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8)
