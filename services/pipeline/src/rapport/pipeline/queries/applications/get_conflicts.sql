-- name: get_conflicts
-- What the ATS disagrees about on the boards of a user's ($1) hiring teams: at most $2, and how many there are. A closed
-- application has no card; it waits only if the ATS refused to reopen it.
WITH conflicts AS (
    SELECT a.id, a.sync_since
    FROM application a
    WHERE a.sync_state = 'conflicted' AND EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = a.org_id AND t.job_id = a.job_id AND t.user_id = $1)
        AND (EXISTS (SELECT 1 FROM board_card b WHERE b.org_id = a.org_id AND b.application_id = a.id)
            OR (a.refused_action IS NOT NULL AND a.removed_at IS NULL AND EXISTS (
                SELECT 1 FROM person p WHERE p.org_id = a.org_id AND p.id = a.person_id AND p.deleted_at IS NULL)))
), shown AS (
    SELECT * FROM conflicts ORDER BY sync_since, id LIMIT $2::integer
)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(d ORDER BY s.sync_since, s.id), '[]')
        FROM shown s JOIN application_document d ON d.id = s.id),
    'total', (SELECT count(*) FROM conflicts)
)::text
