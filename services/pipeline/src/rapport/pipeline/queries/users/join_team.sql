-- name: join_team
-- Nothing, if they are on it in this part already.
INSERT INTO job_team (org_id, id, job_id, user_id, role, responsible, connection, collection)
SELECT current_org(), $1, $2, $3, $4, false, '', 'added_here'
WHERE NOT EXISTS (SELECT 1 FROM job_team t WHERE t.job_id = $2 AND t.user_id = $3 AND t.role = $4)
ON CONFLICT DO NOTHING
