-- name: get_flag
-- What a user is shown of a flag.
SELECT row_to_json(f)::text FROM flag_document f WHERE f.id = $1
