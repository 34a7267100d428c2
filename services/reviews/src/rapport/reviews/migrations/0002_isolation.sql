-- Row-level security on every table of the service, bound to the organisation of the request; the system role learns
-- which organisations there are, and nothing of what is theirs.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['organisation', 'job_team', 'review', 'link', 'reviewer', 'item', 'verdict',
                                 'verdict_change', 'notice'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT UPDATE ON job_team, review, link, reviewer, verdict TO %I', service);

    EXECUTE format('CREATE POLICY every_organisation ON organisation FOR SELECT TO %I USING (true)',
                   service || '_system');
    EXECUTE format('GRANT SELECT ON organisation TO %I', service || '_system');
END
$$;
