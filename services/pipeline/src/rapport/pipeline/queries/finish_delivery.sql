-- name: finish_delivery
-- Handled, not understood or failed: it stays, with what became of it; of somebody who is gone, without its text.
UPDATE delivery d
SET state = $3, reason = $4, attempts = attempts + 1, handled_at = now(), unapplied_ending = false,
    body = CASE WHEN EXISTS (
        SELECT 1 FROM ended_record e WHERE e.org_id = d.org_id AND e.id = d.person_id AND e.reason <> 'merged'
    ) THEN '' ELSE body END
WHERE connection = $1 AND delivery_id = $2
