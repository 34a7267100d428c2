-- Row-level security on every table of the service, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'user_account', 'department', 'office', 'source', 'referrer', 'rejection_reason',
        'job', 'job_stage', 'job_team', 'opening', 'person', 'application', 'stage_entry', 'transition', 'told_entry',
        'interview', 'interviewer', 'scorecard', 'board_card',
        'sync_run', 'sync_collection', 'delivery', 'ats_write'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('REVOKE UPDATE, DELETE ON transition FROM %I', service);
END
$$;
