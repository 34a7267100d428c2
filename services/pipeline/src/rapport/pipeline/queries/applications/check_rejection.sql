-- name: check_rejection
-- Asked at the moment in which a mail would go: what ended an application, or reopened it, last, and whether the ATS agrees.
SELECT t.version, t.kind, a.sync_state
FROM application a
LEFT JOIN LATERAL (
    SELECT t.version, t.kind FROM transition t
    WHERE t.org_id = a.org_id AND t.application_id = a.id AND NOT t.backfilled AND t.kind NOT IN ('received', 'moved')
    ORDER BY t.version DESC LIMIT 1
) t ON true
WHERE a.id = $1 AND a.removed_at IS NULL
