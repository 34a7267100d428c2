-- A rebuild puts right what differs, and removes what no fact says.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT DELETE ON job, application, entered, projection TO %I', service);
END
$$;
