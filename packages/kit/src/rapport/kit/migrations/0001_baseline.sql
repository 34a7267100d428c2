-- What the kit keeps in every service's database: events on their way out, events applied, messages that failed, and
-- the functions that rebuild a read model. The owner, who migrates, is called <service>_owner.

-- The organisation of the current request; row-level security compares every row with it.
CREATE FUNCTION current_org() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN nullif(current_setting('rapport.org_id', true), '');

-- Events out ----------------------------------------------------------------------------------------------------------

-- The outbox is the event log: rows are written once, in the transaction of the change they describe, and stay.
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

-- What the broker has acknowledged is recorded beside the log, in a narrow table, so that the log itself never changes.
CREATE TABLE publication (
    org_id text NOT NULL,
    id uuid NOT NULL,
    -- Assigned after the aggregate's row is locked, so that it respects the order of commits per aggregate.
    position bigint GENERATED ALWAYS AS IDENTITY,
    recorded_at timestamptz NOT NULL,
    -- Its sequence in the broker's stream; null until acknowledged.
    stream_sequence bigint,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX publication_by_position ON publication (position);
CREATE INDEX publication_waiting ON publication (position) WHERE stream_sequence IS NULL;
CREATE INDEX publication_by_sequence ON publication (stream_sequence) WHERE stream_sequence IS NOT NULL;

-- What the relay remembers of the stream, to notice that the broker's store was lost or replaced.
CREATE TABLE stream_identity (
    stream text PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- The relay calls this at start and once a day. It runs as the owner, since services may not create tables.
-- A month may begin while no relay runs (a service that was off for months): its first events are then in the default
-- partition, and a partition of their own can no longer be created. They are as safe there; the relay must not fail.
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
        CONTINUE WHEN to_regclass(partition) IS NOT NULL;
        BEGIN
            EXECUTE format('CREATE TABLE %I PARTITION OF outbox FOR VALUES FROM (%L) TO (%L)', partition,
                           first_day::timestamp AT TIME ZONE 'UTC',
                           (first_day + interval '1 month') AT TIME ZONE 'UTC');
            EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', partition);
            EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', partition);
        EXCEPTION WHEN check_violation THEN
            RAISE NOTICE 'events of % stay in the default partition', partition;
        END;
    END LOOP;
END
$$;
SELECT ensure_outbox_partitions(2);

-- Events in -----------------------------------------------------------------------------------------------------------

-- Which events a consumer has applied: the entry commits together with the effect.
CREATE TABLE inbox (
    org_id text NOT NULL,
    consumer text NOT NULL,
    event_id uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, consumer, event_id)
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

-- Rebuilding a read model ---------------------------------------------------------------------------------------------
-- It is rebuilt in temporary tables, by the same statements, while the service serves; then the differences are
-- applied.

-- Temporary tables are found before the real ones of the same names. They have the same row-level security: the
-- statements that maintain a read model leave it to the policies which organisation they are about, and rely on the
-- indexes that begin with it.
CREATE FUNCTION begin_rebuild(read_model text[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY read_model LOOP
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE public.%I INCLUDING ALL)', name, name);
        EXECUTE format('ALTER TABLE pg_temp.%I ENABLE ROW LEVEL SECURITY', name);
        EXECUTE format('ALTER TABLE pg_temp.%I FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY by_organisation ON pg_temp.%I USING (org_id = current_org())', name);
    END LOOP;
    CREATE TEMPORARY TABLE event_read (org_id text, id uuid, PRIMARY KEY (org_id, id));
END
$$;

-- A stream that is being refilled lacks events that have been applied, and a read model rebuilt from it would lack them
-- too. So a rebuild notes what it has read, and is compared with the inbox before anything is changed.
CREATE FUNCTION note_events_read(ids uuid[]) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_temp.event_read SELECT current_org(), unnest(ids) ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION count_events_not_read(name text) RETURNS bigint
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM public.inbox i WHERE i.org_id = current_org() AND i.consumer = name
        AND NOT EXISTS (SELECT FROM pg_temp.event_read r WHERE r.org_id = i.org_id AND r.id = i.event_id));
END
$$;

-- No event is applied from here to the end of the transaction; reading goes on. It runs as the owner, since this kind
-- of lock needs a right that a service lacks. The inbox comes first, as in the units of work that are kept out.
CREATE FUNCTION lock_read_model(read_model text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY array_prepend('inbox', read_model) LOOP
        EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', name);
    END LOOP;
END
$$;

-- Makes a table's rows of the current organisation equal to those of the temporary table; returns how many changed.
-- Rows are compared as text, which works for every type.
CREATE FUNCTION finish_rebuild(name text) RETURNS bigint
    LANGUAGE plpgsql AS $$
DECLARE
    key text;
    same_key text;
    others text;
    removed bigint;
    written bigint;
BEGIN
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(format('rebuilt.%1$I = live.%1$I', a.attname), ' AND ')
    INTO key, same_key
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = format('public.%I', name)::regclass AND i.indisprimary;
    SELECT string_agg(format('%1$I = excluded.%1$I', a.attname), ', ') INTO others
    FROM pg_attribute a
    WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND NOT EXISTS (SELECT FROM pg_index i
            WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY(i.indkey));
    EXECUTE format(
        'DELETE FROM public.%1$I live WHERE NOT EXISTS (SELECT FROM pg_temp.%1$I rebuilt WHERE %2$s)', name, same_key);
    GET DIAGNOSTICS removed = ROW_COUNT;
    EXECUTE format(
        'INSERT INTO public.%1$I SELECT rebuilt.* FROM pg_temp.%1$I rebuilt LEFT JOIN public.%1$I live ON %2$s'
        || ' WHERE rebuilt.org_id = current_org() AND rebuilt::text IS DISTINCT FROM live::text'
        || ' ON CONFLICT (%3$s) DO %4$s',
        name, same_key, key, coalesce('UPDATE SET ' || others, 'NOTHING'));
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN removed + written;
END
$$;

-- Isolation -----------------------------------------------------------------------------------------------------------
-- Row-level security on every table: a forgotten WHERE shows nothing of another organisation. The service's own role is
-- bound to the organisation of the request; its system role (relay, workers) sees every organisation's events and
-- nothing else.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['publication', 'outbox', 'inbox', 'parked'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('CREATE POLICY every_organisation ON %I TO %I USING (true)', bound, service || '_system');
    END LOOP;
    ALTER TABLE outbox_elsewhen ENABLE ROW LEVEL SECURITY;
    ALTER TABLE outbox_elsewhen FORCE ROW LEVEL SECURITY;
    ALTER TABLE stream_identity ENABLE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY of_the_relay ON stream_identity TO %I USING (true)', service || '_system');

    EXECUTE format('GRANT SELECT, INSERT ON publication, outbox, inbox TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON parked TO %I', service);
    EXECUTE format('GRANT SELECT ON outbox, parked TO %I', service || '_system');
    EXECUTE format('GRANT SELECT, UPDATE ON publication TO %I', service || '_system');
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON stream_identity TO %I', service || '_system');

    REVOKE EXECUTE ON FUNCTION ensure_outbox_partitions, begin_rebuild, note_events_read, count_events_not_read,
        lock_read_model, finish_rebuild FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION ensure_outbox_partitions TO %I', service || '_system');
    EXECUTE format('GRANT EXECUTE ON FUNCTION begin_rebuild, note_events_read, count_events_not_read, lock_read_model,'
        || ' finish_rebuild TO %I', service);
END
$$;
