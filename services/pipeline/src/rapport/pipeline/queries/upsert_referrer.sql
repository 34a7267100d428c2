-- name: upsert_referrer
-- Applications name a referrer; facts name the user behind it.
INSERT INTO referrer AS mine (org_id, id, user_id)
SELECT current_org(), r.id, r.user_id FROM unnest($1::uuid[], $2::uuid[]) AS r (id, user_id)
ON CONFLICT (org_id, id) DO UPDATE
SET user_id = excluded.user_id
