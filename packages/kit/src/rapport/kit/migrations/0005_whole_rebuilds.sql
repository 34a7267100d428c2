-- A stream that is being filled anew lacks facts that have been applied: a read model made from it would lack them too.
-- So a rebuild notes what it has read, and is compared with the inbox before anything is changed.

CREATE OR REPLACE FUNCTION begin_rebuild(read_model text[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY read_model LOOP
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE public.%I INCLUDING ALL)', name, name);
    END LOOP;
    CREATE TEMPORARY TABLE fact_read (org_id text, id uuid, PRIMARY KEY (org_id, id));
END
$$;

CREATE FUNCTION note_facts_read(ids uuid[]) RETURNS void
    LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO pg_temp.fact_read SELECT current_org(), unnest(ids) ON CONFLICT DO NOTHING;
END
$$;

CREATE FUNCTION count_facts_not_read(name text) RETURNS bigint
    LANGUAGE plpgsql AS $$
BEGIN
    RETURN (SELECT count(*) FROM public.inbox i WHERE i.org_id = current_org() AND i.consumer = name
        AND NOT EXISTS (SELECT FROM pg_temp.fact_read f WHERE f.org_id = i.org_id AND f.id = i.fact_id));
END
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION note_facts_read, count_facts_not_read TO %I', service);
END
$$;
REVOKE EXECUTE ON FUNCTION note_facts_read, count_facts_not_read FROM PUBLIC;
