-- Searches that users save and share, with whom each found when somebody last opened it; and actions on many people at once,
-- with what became of each. Both name people by their ids alone; what they say of an erased person goes with that id
-- (queries/crm/erase_crm.sql). A merged record keeps its rows, so that a merge can be undone.

CREATE TABLE saved_search (
    org_id text NOT NULL,
    id uuid NOT NULL,
    owner_id uuid NOT NULL,
    name text NOT NULL,
    -- The text and the filter, as the contract writes them.
    query json NOT NULL,
    sort text NOT NULL,
    -- Who may open it: the owner alone, a job's hiring team, or everybody who may search for people.
    sharing text NOT NULL,
    job_id uuid,
    created_at timestamptz NOT NULL,
    changed_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK ((sharing = 'hiring_team') = (job_id IS NOT NULL))
);
CREATE INDEX saved_search_by_owner ON saved_search (org_id, owner_id);
CREATE INDEX saved_search_shared ON saved_search (org_id, sharing, job_id) WHERE sharing <> 'private';

-- When a user last opened a search, be it saved or built in, and whom it found then.
CREATE TABLE search_look (
    org_id text NOT NULL,
    search_id uuid NOT NULL,
    user_id uuid NOT NULL,
    looked_at timestamptz NOT NULL,
    -- Null if they were too many to be compared with.
    people uuid[],
    PRIMARY KEY (org_id, search_id, user_id)
);

CREATE TABLE bulk_action (
    org_id text NOT NULL,
    id uuid NOT NULL,
    -- What is done, as the contract writes it: a kind, and what it is done with.
    action json NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    -- Whom private people must be close to, to be changed by it; null if the user sees everybody.
    private_to uuid,
    -- Checked, running or done; one that was checked changes nothing before its user starts it.
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    people integer NOT NULL,
    -- Where it led to, if to one thing: the review that was requested.
    result_id uuid,
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX bulk_action_with_work ON bulk_action (org_id, state_since) WHERE state = 'running';
CREATE INDEX bulk_action_by_age ON bulk_action (org_id, requested_at);

CREATE TABLE bulk_action_person (
    org_id text NOT NULL,
    action_id uuid NOT NULL,
    -- From 1, in the order of the selection.
    number integer NOT NULL,
    person_id uuid NOT NULL,
    -- What would become of them when it was checked, and what speaks against it all the same.
    expected text NOT NULL,
    warnings text[] NOT NULL DEFAULT '{}',
    -- Null until it was tried.
    outcome text,
    -- Why not, for people to read, if the outcome does not say it.
    reason text,
    PRIMARY KEY (org_id, action_id, number)
);
CREATE INDEX bulk_action_person_to_try ON bulk_action_person (org_id, action_id, number) WHERE outcome IS NULL;
CREATE INDEX bulk_action_person_by_person ON bulk_action_person (org_id, person_id);

-- A pair that a user keeps apart need not have been found: then nothing made the two alike.
ALTER TABLE probable_duplicate ALTER COLUMN reason DROP NOT NULL, ALTER COLUMN score DROP NOT NULL;
ALTER TABLE probable_duplicate NO FORCE ROW LEVEL SECURITY;
UPDATE probable_duplicate SET reason = NULL, score = NULL WHERE score = 0 AND kept_apart_at IS NOT NULL;
ALTER TABLE probable_duplicate FORCE ROW LEVEL SECURITY;
ALTER TABLE probable_duplicate ADD CHECK ((reason IS NULL) = (score IS NULL)),
    ADD CHECK (reason IS NOT NULL OR kept_apart_at IS NOT NULL);

-- Whether a person may be shown to a user: private ones are, to who is close to them. A null user sees everybody.
CREATE FUNCTION is_visible_to(viewer uuid, person uuid, is_private boolean) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT NOT is_private OR viewer IS NULL OR is_close_to(viewer, person)
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['saved_search', 'search_look', 'bulk_action', 'bulk_action_person'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
END
$$;
