-- name: message_ids_of_person
-- A person has few messages: whether they are in the state ($5) and for the job ($9) asked for, and may be read, is
-- checked one by one. $6 reads every one; $7 their own; those of the jobs on whose team they are, if $8.
SELECT m.id FROM message m
WHERE m.person_id = $4 AND (m.created_at, m.id) < ($1::timestamptz, $2::uuid)
    AND ($5::text IS NULL OR m.state = $5)
    AND ($9::uuid IS NULL OR m.job_id = $9)
    AND ($6::boolean OR $7::uuid IN (m.author_id, m.from_user_id) OR ($8::boolean AND EXISTS (
        SELECT 1 FROM job j WHERE j.org_id = m.org_id AND j.id = m.job_id AND $7 = ANY(j.team))))
ORDER BY m.created_at DESC, m.id DESC LIMIT $3
