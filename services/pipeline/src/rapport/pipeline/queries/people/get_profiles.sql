-- name: get_profiles
-- What is known of people beside their record; those whom the viewer may not see are left out.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM (
    SELECT p.*
    FROM profile_document p
    WHERE p.person_id = ANY($2::uuid[]) AND NOT EXISTS (
        SELECT 1 FROM person h WHERE h.id = p.person_id AND NOT is_visible_to($3, h.id, h.is_private))
        AND ($1::uuid IS NULL OR EXISTS (
            SELECT 1 FROM application a
            JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
            WHERE a.org_id = p.org_id AND a.person_id = p.person_id AND a.removed_at IS NULL
                AND t.user_id = $1))
) d
