-- name: get_job_additions
-- What of these people ($1), of whom the viewer ($2) sees some, waits for the ATS or was refused by it; also of the records
-- that were merged with them. Of each job the newest: an earlier refusal was tried again. A refusal is over once they came
-- to the job another way.
SELECT json_build_object('items', coalesce(json_agg(d ORDER BY d.requested_at DESC, d.id), '[]'))::text
FROM (
    SELECT n.* FROM (
        SELECT DISTINCT ON (p.id, a.job_id) a.id, p.id AS person_id, a.job_id, a.state, a.user_id AS requested_by,
            a.requested_at, a.reason, a.application_id
        FROM person p
        JOIN person r ON r.org_id = p.org_id AND (r.id = p.id OR r.merged_into = p.id)
        JOIN application_addition a ON a.org_id = r.org_id AND a.person_id = r.id
        WHERE p.id = ANY($1::uuid[]) AND p.deleted_at IS NULL AND is_visible_to($2, p.id, p.is_private)
        ORDER BY p.id, a.job_id, a.requested_at DESC, a.id
    ) n
    WHERE n.state = 'waiting' OR n.state = 'refused' AND NOT EXISTS (
        SELECT 1 FROM application b
        WHERE b.person_id = ANY(records_of(n.person_id)) AND b.job_id = n.job_id AND b.version > 0
            AND b.removed_at IS NULL AND (b.status = 'active' OR b.applied_at >= n.requested_at))
    ORDER BY n.requested_at DESC LIMIT 200
) d
