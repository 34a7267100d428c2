-- Row-level security on every table: a forgotten WHERE shows nothing of another organisation.
-- The service's own role is bound to the organisation of the request; its system role (relay, workers)
-- sees every organisation's facts and nothing else. The owner, who migrates, is called <service>_owner.

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
    EXECUTE format('GRANT EXECUTE ON FUNCTION ensure_outbox_partitions TO %I', service || '_system');
END
$$;
REVOKE EXECUTE ON FUNCTION ensure_outbox_partitions FROM PUBLIC;
