-- name: get_close_reasons
-- The account's reasons, by name.
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'id', id, 'name', name, 'closed_by', CASE WHEN by_candidate THEN 'person' ELSE 'organisation' END)
    ORDER BY name, id), '[]'))::text
FROM rejection_reason
