-- name: get_rejection_mails
-- Of each application the newest: of an earlier rejection nobody asks any more. $1 to $3 as in get_messages_by_ids.
SELECT json_build_object('items', coalesce(json_agg(d), '[]'))::text
FROM message_document d
WHERE (d.application_id, d.rejection_version) IN (
        SELECT m.application_id, max(m.rejection_version) FROM message m
        WHERE m.application_id = ANY($4::uuid[]) GROUP BY m.application_id)
    AND ($1::boolean OR $2::uuid IN (d.author_id, d.from_user_id) OR ($3::boolean AND EXISTS (
        SELECT 1 FROM job j WHERE j.org_id = d.org_id AND j.id = d.job_id AND $2 = ANY(j.team))))
