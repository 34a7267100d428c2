-- name: add_activity
-- What events add to people's feeds; entries that exist stay as they are. What happened to an application is filed
-- under the record that has it in the ATS, so that it goes where the application goes when a merge is undone.
WITH spoken AS (
    -- Who was written to, or wrote, is not left in silence any more.
    INSERT INTO attention_due (org_id, application_id, due_at)
    SELECT DISTINCT ON (a.id) a.org_id, a.id, '-infinity'::timestamptz
    FROM unnest($1::uuid[], $5::text[]) AS r (person_id, entry)
    JOIN person p ON p.id = r.person_id
    JOIN application a ON a.person_id = coalesce(p.merged_into, p.id) AND a.status = 'active' AND a.removed_at IS NULL
    WHERE r.entry::json ->> 'kind' IN ('message_sent', 'reply_received') ORDER BY a.id
    ON CONFLICT (org_id, application_id) DO UPDATE SET due_at = excluded.due_at
)
INSERT INTO activity (org_id, person_id, occurred_at, id, job_id, entry)
SELECT current_org(), coalesce(
        (SELECT a.ats_person_id FROM application a WHERE a.id = r.application_id), r.person_id), r.occurred_at, r.id, r.job_id, r.entry::json
FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::uuid[], $5::text[], $6::uuid[])
    AS r (person_id, occurred_at, id, job_id, entry, application_id)
ON CONFLICT DO NOTHING
