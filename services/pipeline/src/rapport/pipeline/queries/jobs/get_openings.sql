-- name: get_openings
-- The open seats of a job ($2) that the viewer ($1, if bound to hiring teams) sees, the oldest first.
SELECT json_build_object('items', coalesce(json_agg(o ORDER BY o.opened_at, o.id), '[]'))::text
FROM (
    SELECT p.id, p.opened_at FROM opening p
    WHERE p.job_id = $2 AND p.status = 'open' AND ($1::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = p.org_id AND t.job_id = p.job_id AND t.user_id = $1))
    ORDER BY p.opened_at, p.id LIMIT 100
) o
