-- Notes that the ATS is to have as well: with which application, how far that is, and why it refused.

CREATE TABLE note_write (
    org_id text NOT NULL,
    note_id uuid NOT NULL,
    connection text NOT NULL,
    application_id uuid NOT NULL,
    -- On whose behalf.
    user_id uuid NOT NULL,
    state text NOT NULL,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    next_try_at timestamptz NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- Why the ATS refused, or was not ready, in its own words.
    reason text,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, note_id),
    -- Whatever ends a note, an erasure above all, ends this with it.
    FOREIGN KEY (org_id, note_id) REFERENCES note ON DELETE CASCADE
);
CREATE INDEX note_write_waiting ON note_write (org_id, connection, requested_at) WHERE state = 'waiting';

CREATE OR REPLACE VIEW note_document WITH (security_invoker = true) AS
SELECT n.org_id, n.id, n.person_id, n.job_id, n.author_id, n.visibility, n.body, n.created_at, n.edited_at, n.version,
    w.application_id, w.state AS ats_state, CASE WHEN w.state = 'refused' THEN w.reason END AS ats_reason
FROM note n LEFT JOIN note_write w ON w.org_id = n.org_id AND w.note_id = n.id;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE note_write ENABLE ROW LEVEL SECURITY;
    ALTER TABLE note_write FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON note_write TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON note_write TO %I', service);
END
$$;
