-- name: save_verdict
-- What is said now; what was said before stays in verdict_change.
INSERT INTO verdict (org_id, id, review_id, reviewer_id, person_id, verdict, note, visibility, given_at, changes)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (org_id, id) DO UPDATE
SET verdict = excluded.verdict, note = excluded.note, visibility = excluded.visibility,
    given_at = excluded.given_at, changes = excluded.changes
