-- name: upsert_rejection_reason
-- Reasons say who turned whom down.
INSERT INTO rejection_reason AS mine (org_id, id, name, by_candidate)
SELECT current_org(), r.id, r.name, r.by_candidate
FROM unnest($1::uuid[], $2::text[], $3::boolean[])
    AS r (id, name, by_candidate)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name, by_candidate = excluded.by_candidate
