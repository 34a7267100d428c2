-- name: finish_delivery
-- Handled, not understood or failed: it stays, with what became of it; its text is kept only if it was not
-- applied, to find out why, and never of an erased person.
UPDATE delivery d
SET state = $3, reason = $4, attempts = attempts + 1, handled_at = now(), unapplied_ending = false,
    body = CASE WHEN $3 = 'handled' OR EXISTS (
        SELECT 1 FROM ended_record e WHERE e.org_id = d.org_id AND e.id = d.person_id AND e.reason <> 'merged'
    ) OR EXISTS (
        -- A merged person is erased with the person they were merged into.
        SELECT 1 FROM person p WHERE p.org_id = d.org_id AND p.id = d.person_id AND p.deleted_at IS NOT NULL
            AND p.merged_into IS NULL
    ) THEN '' ELSE body END
WHERE connection = $1 AND delivery_id = $2
