-- name: save_verdict
-- The current verdict, or the last one before it was taken back; earlier ones stay in verdict_change.
INSERT INTO verdict (org_id, id, review_id, reviewer_id, person_id, verdict, note, visibility, given_at, changes,
    note_edits, decided_at, version, taken_back_at)
VALUES (current_org(), $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (org_id, id) DO UPDATE
SET verdict = excluded.verdict, note = excluded.note, visibility = excluded.visibility,
    given_at = excluded.given_at, changes = excluded.changes, note_edits = excluded.note_edits,
    decided_at = excluded.decided_at, version = excluded.version, taken_back_at = excluded.taken_back_at
