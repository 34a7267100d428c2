-- Who was erased, by id alone: a page that is still open, or a request on its way, brings nothing of them back.
CREATE TABLE erased_person (
    org_id text NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (org_id, person_id)
);
ALTER TABLE erased_person ENABLE ROW LEVEL SECURITY;
ALTER TABLE erased_person FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON erased_person TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT ON erased_person TO %I', service);
END
$$;
