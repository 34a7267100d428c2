-- name: record_events
-- An event recorded again (same id) falls away; positions follow the order given; the notification wakes the relay at commit.
WITH recorded AS (
    SELECT * FROM unnest($3::uuid[], $4::text[], $5::uuid[], $6::bigint[], $7::text[], $8::text[])
        AS f (id, subject, aggregate_id, aggregate_version, traceparent, body)
), fresh AS (
    INSERT INTO publication (org_id, id, recorded_at)
    SELECT $1, id, $2 FROM recorded
    ON CONFLICT DO NOTHING
    RETURNING id
), logged AS (
    INSERT INTO outbox (org_id, id, recorded_at, subject, aggregate_id, aggregate_version, traceparent, body)
    SELECT $1, id, $2, subject, aggregate_id, aggregate_version, traceparent, body
    FROM recorded JOIN fresh USING (id)
    RETURNING id
)
SELECT pg_notify('outbox', '') FROM (SELECT 1 FROM logged LIMIT 1) AS any_event
