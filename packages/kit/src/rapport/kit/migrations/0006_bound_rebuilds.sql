-- The statements that keep a read model leave it to row-level security which organisation they are about, and to the
-- indexes that begin with it: what they fill in a rebuild is bound in the same way.
CREATE OR REPLACE FUNCTION begin_rebuild(read_model text[]) RETURNS void
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
    CREATE TEMPORARY TABLE fact_read (org_id text, id uuid, PRIMARY KEY (org_id, id));
END
$$;
