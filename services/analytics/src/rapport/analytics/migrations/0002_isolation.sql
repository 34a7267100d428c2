-- Row-level security on every table of the service, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['job', 'application', 'projection'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', bound, service);
    END LOOP;
END
$$;
