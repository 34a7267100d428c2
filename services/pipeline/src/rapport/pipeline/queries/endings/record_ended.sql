-- name: record_ended
-- Remembered, so that a list that lags behind does not bring the records back. What ended first stays the reason, but
-- what the ATS says outweighs what a comparison missed, and a merge outweighs a deletion.
INSERT INTO ended_record AS mine (org_id, id, connection, collection, reason, ended_at)
SELECT current_org(), e.id, $2, $3, $4, $5 FROM unnest($1::uuid[]) AS e (id) ORDER BY e.id
ON CONFLICT (org_id, id) DO UPDATE SET reason = CASE
    WHEN excluded.reason = 'merged' OR mine.reason = 'absent' THEN excluded.reason ELSE mine.reason END
