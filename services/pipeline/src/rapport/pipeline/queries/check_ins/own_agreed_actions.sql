-- name: own_agreed_actions
-- What user $1 is to do and has not done, of the jobs that they see ($2, if bound to hiring teams), due first at the head;
-- the first $3 of them.
WITH own AS MATERIALIZED (
    SELECT d.* FROM agreed_action_document d
    JOIN job j ON j.org_id = d.org_id AND j.id = d.job_id AND j.removed_at IS NULL
    WHERE d.owner_id = $1 AND d.done_at IS NULL AND d.removed_at IS NULL AND ($2::uuid IS NULL OR EXISTS (
        SELECT 1 FROM job_team t WHERE t.org_id = d.org_id AND t.job_id = d.job_id AND t.user_id = $2))
)
SELECT json_build_object(
    'items', (SELECT coalesce(json_agg(x ORDER BY x.due_on, x.id), '[]') FROM (
        SELECT * FROM own ORDER BY due_on, id LIMIT $3) x),
    'total', (SELECT count(*) FROM own)
)::text
