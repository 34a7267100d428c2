-- The outbox is the event log: rows are written once, in the transaction that made the fact, and stay.
-- What the broker has acknowledged is kept beside it, in a narrow table, so that the log itself never changes.

CREATE FUNCTION current_org() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('rapport.org_id', true), '');

CREATE TABLE publication (
    org_id text NOT NULL,
    id uuid NOT NULL,
    -- Handed out after the aggregate's row is locked, so that it respects the order of commits per aggregate.
    position bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL,
    -- Where the broker keeps it; null until acknowledged.
    stream_sequence bigint,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX publication_by_position ON publication (position);
CREATE INDEX publication_waiting ON publication (position) WHERE stream_sequence IS NULL;
CREATE INDEX publication_by_sequence ON publication (stream_sequence) WHERE stream_sequence IS NOT NULL;

CREATE TABLE outbox (
    org_id text NOT NULL,
    id uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    subject text NOT NULL,
    aggregate_id uuid NOT NULL,
    aggregate_version bigint NOT NULL,
    traceparent text,
    body text NOT NULL,
    PRIMARY KEY (org_id, id, recorded_at)
) PARTITION BY RANGE (recorded_at);
CREATE TABLE outbox_elsewhen PARTITION OF outbox DEFAULT;

-- The relay calls this at start and once a day. It belongs to the owner, since services may not create tables.
CREATE FUNCTION ensure_outbox_partitions(months_ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    first_day date;
    partition text;
BEGIN
    FOR first_day IN
        SELECT generate_series(date_trunc('month', now() AT TIME ZONE 'UTC'),
                               date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(months => months_ahead),
                               interval '1 month')::date
    LOOP
        partition := 'outbox_' || to_char(first_day, 'YYYYMM');
        IF to_regclass(partition) IS NULL THEN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', partition,
                           first_day::timestamp AT TIME ZONE 'UTC',
                           (first_day + interval '1 month') AT TIME ZONE 'UTC');
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
        END IF;
    END LOOP;
END
$$;
SELECT ensure_outbox_partitions(2);

-- What the relay remembers of the stream, to notice that the broker's store was lost or replaced.
CREATE TABLE stream_identity (
    stream text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Which facts a consumer has applied: the entry commits together with the effect.
CREATE TABLE inbox (
    org_id text NOT NULL,
    consumer text NOT NULL,
    fact_id uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, consumer, fact_id)
);

-- Messages that cannot succeed, with the reason; replayed by command, never dropped.
CREATE TABLE parked (
    org_id text NOT NULL,
    consumer text NOT NULL,
    message_id text NOT NULL,
    subject text NOT NULL,
    body bytea NOT NULL,
    reason text NOT NULL,
    attempts integer NOT NULL,
    parked_at timestamptz NOT NULL DEFAULT now(),
    replayed_at timestamptz,
    PRIMARY KEY (org_id, consumer, message_id)
);
CREATE INDEX parked_waiting ON parked (org_id, consumer, parked_at) WHERE replayed_at IS NULL;
