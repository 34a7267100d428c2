-- name: upsert_referrer
-- Applications name a referrer; events name the user behind it.
INSERT INTO referrer AS mine (org_id, id, user_id, connection, external_id)
SELECT current_org(), r.id, r.user_id, r.connection, r.external_id
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
    AS r (id, user_id, connection, external_id)
ON CONFLICT (org_id, id) DO UPDATE
SET user_id = excluded.user_id,
    connection = excluded.connection, external_id = excluded.external_id
WHERE (mine.user_id, mine.connection, mine.external_id)
    IS DISTINCT FROM (excluded.user_id, excluded.connection, excluded.external_id)
RETURNING id
