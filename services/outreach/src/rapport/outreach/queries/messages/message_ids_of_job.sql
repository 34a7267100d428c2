-- name: message_ids_of_job
-- By the index of the job's messages: those in the state asked for ($5), if in one. $6 reads every one; $7 their own; all
-- of the job if they are on its team, and $8.
SELECT m.id FROM message m
WHERE m.job_id = $4 AND (m.created_at, m.id) < ($1::timestamptz, $2::uuid)
    AND ($5::text IS NULL OR m.state = $5)
    AND ($6::boolean OR $7::uuid IN (m.author_id, m.from_user_id) OR ($8::boolean AND EXISTS (
        SELECT 1 FROM job j WHERE j.org_id = m.org_id AND j.id = m.job_id AND $7 = ANY(j.team))))
ORDER BY m.created_at DESC, m.id DESC LIMIT $3
