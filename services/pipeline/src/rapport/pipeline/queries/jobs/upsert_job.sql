-- name: upsert_job
-- The version and the published state stay ours.
INSERT INTO job AS mine (org_id, id, connection, external_id, title, status, department_id, office_id, opened_at, closed_at, created_at)
SELECT current_org(), r.id, r.connection, r.external_id, r.title, r.status, r.department_id, r.office_id, r.opened_at, r.closed_at, r.created_at
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::timestamptz[], $9::timestamptz[], $10::timestamptz[])
    AS r (id, connection, external_id, title, status, department_id, office_id, opened_at, closed_at, created_at)
ON CONFLICT (org_id, id) DO UPDATE
SET connection = excluded.connection, external_id = excluded.external_id, title = excluded.title, status = excluded.status, department_id = excluded.department_id, office_id = excluded.office_id, opened_at = excluded.opened_at, closed_at = excluded.closed_at, created_at = excluded.created_at
WHERE (mine.title, mine.status, mine.department_id, mine.office_id, mine.opened_at, mine.closed_at, mine.created_at)
    IS DISTINCT FROM (excluded.title, excluded.status, excluded.department_id, excluded.office_id, excluded.opened_at, excluded.closed_at, excluded.created_at)
RETURNING id
