-- A signature goes when the text it stands below does: when its person is erased.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT UPDATE (signature) ON answer TO %I', service);
END
$$;
