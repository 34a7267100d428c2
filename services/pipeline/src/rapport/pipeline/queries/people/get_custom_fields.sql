-- name: get_custom_fields
-- The fields that an admin may choose from, by name.
SELECT json_build_object('items', coalesce(json_agg(json_build_object(
    'id', c.id, 'name', c.name, 'shown', c.shown) ORDER BY c.name, c.id), '[]'))::text
FROM custom_field c WHERE c.active AND NOT c.private
