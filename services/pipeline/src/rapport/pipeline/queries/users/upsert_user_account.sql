-- name: upsert_user_account
-- Users of the ATS become the directory; the time of the last read shows who is gone.
INSERT INTO user_account AS mine (org_id, id, connection, external_id, name, email, site_admin, active, seen_at)
SELECT current_org(), r.id, r.connection, r.external_id, r.name, r.email, r.site_admin, r.active, now()
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::boolean[])
    AS r (id, connection, external_id, name, email, site_admin, active)
ON CONFLICT (org_id, id) DO UPDATE
SET connection = excluded.connection, external_id = excluded.external_id, name = excluded.name,
    email = excluded.email, site_admin = excluded.site_admin, active = excluded.active, seen_at = excluded.seen_at
