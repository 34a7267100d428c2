-- name: upsert_department
-- Jobs show their department by name.
INSERT INTO department AS mine (org_id, id, name)
SELECT current_org(), r.id, r.name
FROM unnest($1::uuid[], $2::text[])
    AS r (id, name)
ON CONFLICT (org_id, id) DO UPDATE
SET name = excluded.name
