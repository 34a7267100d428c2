-- name: organisations_applied
-- Whose events a consumer has applied, read by the system role. From one organisation to the next by the key: the inbox
-- has a row for every event.
WITH RECURSIVE known AS (
    (SELECT org_id FROM inbox ORDER BY org_id LIMIT 1)
    UNION ALL
    SELECT (SELECT i.org_id FROM inbox i WHERE i.org_id > k.org_id ORDER BY i.org_id LIMIT 1)
    FROM known k WHERE k.org_id IS NOT NULL
)
SELECT org_id FROM known k WHERE EXISTS (SELECT FROM inbox i WHERE i.org_id = k.org_id AND i.consumer = $1)
