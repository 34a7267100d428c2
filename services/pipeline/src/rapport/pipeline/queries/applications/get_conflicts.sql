-- name: get_conflicts
-- The cards about which the ATS disagrees, on the boards of a user's ($1) hiring teams: at most $2, and how many there are.
WITH conflicts AS (
    SELECT a.id, a.sync_since
    FROM application a
    JOIN board_card b ON b.org_id = a.org_id AND b.application_id = a.id
    WHERE a.sync_state = 'conflicted' AND EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1)
), shown AS (
    SELECT * FROM conflicts ORDER BY sync_since, id LIMIT $2::integer
)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(d ORDER BY s.sync_since, s.id), '[]')
        FROM shown s JOIN application_document d ON d.id = s.id),
    'total', (SELECT count(*) FROM conflicts)
)::text
