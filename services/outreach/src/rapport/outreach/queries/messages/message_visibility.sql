-- name: message_visibility
-- What the rule of who may read a message needs to know of one.
SELECT m.author_id, m.from_user_id, EXISTS (
    SELECT 1 FROM job j WHERE j.org_id = m.org_id AND j.id = m.job_id AND $2::uuid = ANY(j.team)) AS on_job_team
FROM message m WHERE m.id = $1
