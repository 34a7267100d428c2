-- name: begin_comparison_collections
-- Every collection from its beginning.
INSERT INTO comparison_collection AS mine (org_id, connection, collection, position)
SELECT current_org(), $1, c.name, c.position FROM unnest($2::text[], $3::integer[]) AS c (name, position)
ON CONFLICT (org_id, connection, collection) DO UPDATE
SET position = excluded.position, state = 'waiting', next_page = NULL, read = 0, expected = 0, began_at = NULL,
    partial = false, missing_there = 0, missing_here = 0, different = 0
