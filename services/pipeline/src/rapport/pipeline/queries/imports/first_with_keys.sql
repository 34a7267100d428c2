-- name: first_with_keys
-- Which rows of the file were the first to name somebody with these keys: earlier ones, or else the given ones. Every key
-- is found by the index that it conflicts in, however many there are and whatever the planner knows of them.
INSERT INTO import_key AS known (org_id, import_id, key, number, name)
SELECT current_org(), $1, k.key, k.number, k.name
FROM unnest($2::text[], $3::integer[], $4::text[]) AS k (key, number, name)
ON CONFLICT (org_id, import_id, key) DO UPDATE SET number = known.number
RETURNING key, number, name
