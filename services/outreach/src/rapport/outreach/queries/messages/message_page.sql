-- name: message_page
-- These messages as they are answered, the newest first.
SELECT json_build_object(
    'edges', coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(d.created_at), d.id::text), 'node', row_to_json(d)
    ) ORDER BY d.created_at DESC, d.id DESC), '[]'),
    'has_next', $2::boolean
)::text
FROM message_document d WHERE d.id = ANY($1::uuid[])
