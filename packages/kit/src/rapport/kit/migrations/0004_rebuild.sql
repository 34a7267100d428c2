-- Rebuilding a read model: it is made anew in temporary tables, by the same statements, while the service serves; then
-- what differs is put right.

-- Temporary tables are found before those of the same names.
CREATE FUNCTION begin_rebuild(read_model text[]) RETURNS void
    LANGUAGE plpgsql AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY read_model LOOP
        EXECUTE format('CREATE TEMPORARY TABLE %I (LIKE public.%I INCLUDING ALL)', name, name);
    END LOOP;
END
$$;

-- Nothing is applied any more until the end of the transaction; reading goes on. It belongs to the owner, since this
-- kind of lock needs a right that a service lacks. The inbox comes first, as in the units of work that are kept out.
CREATE FUNCTION hold_read_model(read_model text[]) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY array_prepend('inbox', read_model) LOOP
        EXECUTE format('LOCK TABLE public.%I IN SHARE ROW EXCLUSIVE MODE', name);
    END LOOP;
END
$$;

-- Makes a table's rows of the current organisation those of the temporary one; answers how many had to be changed.
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
    SELECT string_agg(quote_ident(a.attname), ', '), string_agg(format('made.%1$I = kept.%1$I', a.attname), ' AND ')
    INTO key, same_key
    FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY(i.indkey)
    WHERE i.indrelid = format('public.%I', name)::regclass AND i.indisprimary;
    SELECT string_agg(format('%1$I = excluded.%1$I', a.attname), ', ') INTO others
    FROM pg_attribute a
    WHERE a.attrelid = format('public.%I', name)::regclass AND a.attnum > 0 AND NOT a.attisdropped
        AND NOT EXISTS (SELECT FROM pg_index i
            WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY(i.indkey));
    EXECUTE format(
        'DELETE FROM public.%1$I kept WHERE NOT EXISTS (SELECT FROM pg_temp.%1$I made WHERE %2$s)', name, same_key);
    GET DIAGNOSTICS removed = ROW_COUNT;
    EXECUTE format(
        'INSERT INTO public.%1$I SELECT made.* FROM pg_temp.%1$I made LEFT JOIN public.%1$I kept ON %2$s'
        || ' WHERE made.org_id = current_org() AND made::text IS DISTINCT FROM kept::text'
        || ' ON CONFLICT (%3$s) DO %4$s',
        name, same_key, key, coalesce('UPDATE SET ' || others, 'NOTHING'));
    GET DIAGNOSTICS written = ROW_COUNT;
    RETURN removed + written;
END
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT EXECUTE ON FUNCTION begin_rebuild, hold_read_model, finish_rebuild TO %I', service);
END
$$;
REVOKE EXECUTE ON FUNCTION begin_rebuild, hold_read_model, finish_rebuild FROM PUBLIC;
