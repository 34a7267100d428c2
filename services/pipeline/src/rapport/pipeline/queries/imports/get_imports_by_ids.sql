-- name: get_imports_by_ids
-- Imports by their ids; all who import see those of the others.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT id, file_name, bytes, created_by, created_at, state, state_since, problem, options, columns, counts, version
    FROM import_document WHERE id = ANY($1::uuid[])
) d
