-- name: actions_of_job
-- What is open of job $1, due first at the head, and what was done since $2, the newest $3: what was agreed on is carried
-- over until it is done. What names a private person who is considered for the job is not for those who do not see them
-- ($4).
WITH hidden AS MATERIALIZED (
    SELECT p.first_name, p.last_name
    FROM application a JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
    WHERE a.job_id = $1 AND p.is_private AND NOT is_visible_to($4, p.id, p.is_private)
), shown AS (
    SELECT d.* FROM agreed_action_document d
    WHERE d.job_id = $1 AND d.removed_at IS NULL AND (d.done_at IS NULL OR d.done_at >= $2) AND NOT EXISTS (
        SELECT 1 FROM hidden h WHERE names_somebody(d.text, h.first_name) OR names_somebody(d.text, h.last_name))
)
SELECT json_build_object(
    'open', (SELECT coalesce(json_agg(d ORDER BY d.due_on, d.id), '[]') FROM shown d WHERE d.done_at IS NULL),
    'done', (
        SELECT coalesce(json_agg(x ORDER BY x.done_at DESC, x.id), '[]') FROM (
            SELECT * FROM shown WHERE done_at IS NOT NULL ORDER BY done_at DESC, id LIMIT $3
        ) x)
)::text
