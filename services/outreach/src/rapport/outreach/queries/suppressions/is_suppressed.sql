-- name: is_suppressed
-- By the person, or by the address, whichever person it belonged to when it was entered.
SELECT EXISTS (
    SELECT 1 FROM suppression WHERE person_id = $1 AND whole_person AND lifted_at IS NULL
) OR EXISTS (
    SELECT 1 FROM suppression_address a JOIN suppression s ON s.org_id = a.org_id AND s.id = a.suppression_id
    WHERE a.address_hash = $2 AND s.lifted_at IS NULL
)
