-- name: offers_out
-- The newest version of each offer of job $1, of people whom viewer $2 sees, that is a draft or unanswered; the oldest
-- first, at most $3.
SELECT coalesce(json_agg(x ORDER BY created_at, id), '[]')::text
FROM (
    SELECT f.id, a.id AS application_id, a.person_id, f.version, f.status, f.created_at, f.sent_at
    FROM application a
    JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
    CROSS JOIN LATERAL (
        SELECT o.id, o.version, o.status, o.created_at, o.sent_at
        FROM offer o WHERE o.org_id = a.org_id AND o.application_id = a.id ORDER BY o.version DESC LIMIT 1
    ) f
    WHERE a.job_id = $1 AND a.status = 'active' AND a.removed_at IS NULL AND p.deleted_at IS NULL
        AND is_visible_to($2, p.id, p.is_private) AND f.status IN ('draft', 'sent')
    ORDER BY f.created_at, f.id LIMIT $3
) x
