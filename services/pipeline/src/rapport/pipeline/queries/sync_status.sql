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
         WHERE a.connection = d.connection AND a.sync_state = 'conflicted') AS conflicts,
        (SELECT count(*) FROM delivery v
         WHERE v.connection = d.connection AND v.state = 'unknown') AS unknown_deliveries,
        (SELECT count(*) FROM unread_record n WHERE n.connection = d.connection) AS unread_records
    FROM unnest($1::text[], $2::text[]) AS d (connection, kind)
    LEFT JOIN sync_run r ON r.connection = d.connection
) c
