-- name: conversation_page
-- These messages as they are answered, by their newest replies.
SELECT json_build_object(
    'edges', coalesce(json_agg(json_build_object(
        'cursor', json_build_array(to_json(c.received_at), c.reply_id::text), 'node', row_to_json(d)
    ) ORDER BY c.received_at DESC, c.reply_id DESC), '[]'),
    'has_next', $4::boolean
)::text
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[]) AS c (id, received_at, reply_id)
JOIN message_document d ON d.id = c.id
