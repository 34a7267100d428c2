-- name: suppressed_people
-- By the person, or by the address beside them, whichever person it belonged to when it was entered; an address that is
-- null is in no entry.
SELECT r.person_id FROM unnest($1::uuid[], $2::bytea[]) AS r (person_id, address_hash)
WHERE EXISTS (
    SELECT 1 FROM suppression s WHERE s.person_id = r.person_id AND s.whole_person AND s.lifted_at IS NULL
) OR EXISTS (
    SELECT 1 FROM suppression_address a JOIN suppression s ON s.org_id = a.org_id AND s.id = a.suppression_id
    WHERE a.address_hash = r.address_hash AND s.lifted_at IS NULL
)
