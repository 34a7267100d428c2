-- name: get_profiles
-- What is known of people beside their record; those whom the viewer may not see are left out.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT p.*
    FROM profile_document p
    WHERE p.person_id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = p.person_id AND NOT is_visible_to($3, h.id, h.is_private))
        AND knows($1, p.person_id)
) d
