-- name: note_ended
-- Remembered, so that a list that lags behind does not bring the records back; what ended first stays the reason, but
-- that a person turned out to be somebody else outweighs that they were deleted.
INSERT INTO ended_record AS mine (org_id, id, connection, collection, reason, ended_at)
SELECT current_org(), e.id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS e (id) ORDER BY e.id
ON CONFLICT (org_id, id) DO UPDATE SET reason = CASE WHEN excluded.reason = 'merged' THEN 'merged' ELSE mine.reason END
