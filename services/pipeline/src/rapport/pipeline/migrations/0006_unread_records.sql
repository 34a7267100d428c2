-- Told late, of an earlier time: the order in which we told such a transition is not the order in which things happened.
ALTER TABLE transition ADD COLUMN backfilled boolean NOT NULL DEFAULT false;

-- Two changes of one moment: what the ATS's lists say outweighs what a delivery says, and the ATS's own ids tell the
-- order of two entries.
ALTER TABLE application ADD COLUMN ats_listed boolean NOT NULL DEFAULT true;
ALTER TABLE stage_entry ADD COLUMN external_id text NOT NULL DEFAULT '';

-- Records of the ATS that could not be read: skipped, so that those beside them pass, and kept by their id with the
-- reason until they are read after all. What they say is not kept: it may be personal, and the ATS still has it.
CREATE TABLE unread_record (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    external_id text NOT NULL,
    reason text NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, connection, collection, external_id)
);
ALTER TABLE unread_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE unread_record FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON unread_record TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON unread_record TO %I', service);
END
$$;
