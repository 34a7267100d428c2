-- A person's activity feed, kept ready to be read: references to what happened, in every service, and nothing personal.
CREATE TABLE activity (
    org_id text NOT NULL,
    person_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    -- Follows from the fact and the person, so that a fact told again adds nothing.
    id uuid NOT NULL,
    -- Only those who see the job see the entry; null where it belongs to no job.
    job_id uuid,
    entry json NOT NULL,
    PRIMARY KEY (org_id, person_id, occurred_at, id)
);

-- Whether the person agreed to be written to by mail; null until the ATS's record has been read again.
ALTER TABLE person ADD COLUMN may_be_emailed boolean;

CREATE OR REPLACE VIEW person_document WITH (security_invoker = true) AS
SELECT org_id, id, first_name, last_name, title, company, location, emails, phones, links, tags, added_at,
    last_activity_at, coalesce(may_be_emailed, false) AS may_be_emailed
FROM person WHERE deleted_at IS NULL;

-- Everything is read once more, which fills the new column.
ALTER TABLE sync_run NO FORCE ROW LEVEL SECURITY;
UPDATE sync_run SET requested = 'full';
ALTER TABLE sync_run FORCE ROW LEVEL SECURITY;

ALTER TABLE activity ENABLE ROW LEVEL SECURITY;
ALTER TABLE activity FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON activity TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT ON activity TO %I', service);
END
$$;
