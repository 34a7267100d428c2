-- A merge of two people can be undone: what is known of either stays known.

-- Whose a record is, by the newest event about it; a record that was never merged has no row.
CREATE TABLE merged_record (
    org_id text NOT NULL,
    record_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- When it was merged into that person.
    since timestamptz NOT NULL,
    -- Of the event: a merge that arrives after its undoing changes nothing.
    version bigint NOT NULL,
    PRIMARY KEY (org_id, record_id)
);
CREATE INDEX merged_record_by_person ON merged_record (org_id, person_id);

-- To which of a person's records a message was written: the one that the address belongs to.
ALTER TABLE message ADD COLUMN record_id uuid;
ALTER TABLE message NO FORCE ROW LEVEL SECURITY;
UPDATE message SET record_id = person_id;
ALTER TABLE message FORCE ROW LEVEL SECURITY;
ALTER TABLE message ALTER COLUMN record_id SET NOT NULL;

-- The entry about a merged record that this one repeats about whom it was merged into.
ALTER TABLE suppression ADD COLUMN copied_from uuid;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE merged_record ENABLE ROW LEVEL SECURITY;
    ALTER TABLE merged_record FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON merged_record TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON merged_record TO %I', service);
END
$$;
