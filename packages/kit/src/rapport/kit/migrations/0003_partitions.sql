-- A month may begin while nobody relays (a service that was off for months): its first facts are then in the default
-- partition, and a partition of their own can no longer be made. They are as safe there; the relay must not stumble.
CREATE OR REPLACE FUNCTION ensure_outbox_partitions(months_ahead integer) RETURNS void
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
            RAISE NOTICE 'facts of % stay in the default partition', partition;
        END;
    END LOOP;
END
$$;
