-- Row-level security on every table of the service, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'message', 'message_event', 'answer', 'mail_taken', 'mailbox', 'job',
        'sender', 'recipient', 'sending_grant', 'limits', 'suppression', 'suppression_address', 'salt', 'notice'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('REVOKE UPDATE ON message_event, answer, mail_taken, suppression_address, salt FROM %I', service);
    FOREACH bound IN ARRAY ARRAY['message_document', 'suppression_document', 'sending_grant_document'] LOOP
        EXECUTE format('GRANT SELECT ON %I TO %I', bound, service);
    END LOOP;
END
$$;
