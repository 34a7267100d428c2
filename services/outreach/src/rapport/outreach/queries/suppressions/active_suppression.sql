-- name: active_suppression
-- The equal entry in force: about the person, or one address ($3), for the same reason.
SELECT s.id FROM suppression s
WHERE s.person_id = $1 AND s.reason = $2 AND s.lifted_at IS NULL AND s.whole_person = ($3::bytea IS NULL)
    AND ($3 IS NULL OR EXISTS (
        SELECT 1 FROM suppression_address a
        WHERE a.org_id = s.org_id AND a.suppression_id = s.id AND a.address_hash = $3))
ORDER BY s.recorded_at LIMIT 1
