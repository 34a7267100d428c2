-- name: sync_status
-- One answer for the page that shows how the connections are doing.
SELECT json_build_object('connections', coalesce(json_agg(c ORDER BY c.connection), '[]'))::text
FROM (
    SELECT d.connection, d.kind, coalesce(r.phase, 'not_started') AS phase, coalesce(r."full", true) AS "full",
        r.started_at, r.finished_at, r.error,
        (SELECT coalesce(json_agg(json_build_object('name', s.collection, 'records', s.records, 'done', s.done)
                ORDER BY s.position), '[]')
         FROM sync_collection s WHERE s.connection = d.connection) AS collections,
        (SELECT count(*) FROM ats_write w WHERE w.connection = d.connection AND w.state = 'waiting') AS pending_writes,
        (SELECT count(*) FROM application a
         WHERE a.connection = d.connection AND a.sync_state = 'conflicted' AND a.removed_at IS NULL) AS conflicts,
        (SELECT count(*) FROM delivery v
         WHERE v.connection = d.connection AND v.state = 'unknown') AS unknown_deliveries,
        (SELECT count(*) FROM unread_record n WHERE n.connection = d.connection) AS unread_records,
        (SELECT count(*) FROM delivery v
         WHERE v.connection = d.connection AND v.unapplied_ending) AS unapplied_endings,
        (SELECT coalesce(json_agg(DISTINCT v.action), '[]') FROM delivery v
         WHERE v.connection = d.connection AND v.unapplied_ending) AS unapplied_ending_kinds,
        (SELECT json_build_object(
            'state', k.state, 'requested', k.requested_at IS NOT NULL,
            'started_at', CASE WHEN p.found THEN k.started_at END, 'finished_at', k.finished_at,
            'collections', p.collections)
         FROM comparison k
         CROSS JOIN LATERAL (
            SELECT count(*) > 0 AS found, coalesce(json_agg(json_build_object(
                'name', o.collection, 'state', o.state, 'read', o.read, 'expected', o.expected,
                'missing_there', o.missing_there, 'missing_here', o.missing_here, 'different', o.different)
                ORDER BY o.position), '[]') AS collections
            FROM comparison_collection o WHERE o.org_id = k.org_id AND o.connection = k.connection
         ) p
         WHERE k.connection = d.connection) AS comparison
    FROM unnest($1::text[], $2::text[]) AS d (connection, kind)
    LEFT JOIN sync_run r ON r.connection = d.connection
) c
