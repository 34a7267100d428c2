-- A person who is erased is erased here too: names, addresses and texts go, what happened stays.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT UPDATE (person_id, subject, text, signature, mail_id) ON answer TO %I', service);
    -- What mail servers say may quote an address.
    EXECUTE format('GRANT UPDATE (explanation) ON message_event TO %I', service);
END
$$;
