-- name: reviews_by_ids
-- With the job's team, on which depends who sees what.
SELECT r.id, r.job_id, r.job_title, r.requested_by, r.requester_name, r.requester_email, r.note, r.due_at, r.status,
    r.version, r.created_at, r.closed_at, r.note_version, r.due_version, r.cancelled_by,
    coalesce(t.team, '{}') AS team, coalesce(t.ats_team, '{}') AS ats_team
FROM review r
LEFT JOIN job_team t ON t.org_id = r.org_id AND t.job_id = r.job_id
WHERE r.id = ANY($1::uuid[])
