-- name: comparison
-- Where the comparison of a connection stands, and whether the first reading of everything is over.
SELECT c.state, c.requested_at, c.accept_missing, c.started_at, c.version,
    coalesce(r.finished_at IS NOT NULL OR NOT r."full", false) AS may_run
FROM comparison c
LEFT JOIN sync_run r ON r.org_id = c.org_id AND r.connection = c.connection
WHERE c.connection = $1
