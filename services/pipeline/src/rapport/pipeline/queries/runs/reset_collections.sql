-- name: reset_collections
-- A new run reads every collection from its beginning, or from where the last one read until.
INSERT INTO sync_collection AS mine (org_id, connection, collection, position)
SELECT current_org(), $1, c.name, c.position FROM unnest($2::text[], $3::integer[]) AS c (name, position)
ON CONFLICT (org_id, connection, collection) DO UPDATE
SET position = excluded.position, records = 0, done = false, next_page = NULL, began_at = now()
