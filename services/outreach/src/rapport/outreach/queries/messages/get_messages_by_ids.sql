-- name: get_messages_by_ids
-- $1 reads every message; $2 their own; those of the jobs on whose team they are, if $3.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM message_document d
WHERE d.id = ANY($4::uuid[])
    AND ($1::boolean OR $2::uuid IN (d.author_id, d.from_user_id) OR ($3::boolean AND EXISTS (
        SELECT 1 FROM job j WHERE j.org_id = d.org_id AND j.id = d.job_id AND $2 = ANY(j.team))))
