-- The version of the code that built a read model's rows: a process whose code is newer rebuilds them, and one whose code
-- is older leaves them alone. A version holds for the rows of every organisation.
CREATE TABLE read_model_version (
    consumer text PRIMARY KEY,
    version integer NOT NULL
);

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE read_model_version ENABLE ROW LEVEL SECURITY;
    ALTER TABLE read_model_version FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY of_the_service ON read_model_version TO %I USING (true)', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON read_model_version TO %I', service);
    -- A rebuild has to know whose events were applied, to notice that the stream lacks those of an organisation.
    EXECUTE format('GRANT SELECT (org_id, consumer) ON inbox TO %I', service || '_system');
END
$$;
