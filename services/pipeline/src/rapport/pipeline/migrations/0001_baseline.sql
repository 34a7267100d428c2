-- What the ATS knows, mirrored; what became of it here; and how each connection to an ATS is doing. Records arrive in
-- any order (a page of applications may precede its people), so there are no foreign keys between mirrored tables;
-- identifiers are derived from the connection and the ATS's own ids, which makes reading a record twice harmless.
-- `connection` and `external_id` are how the ATS knows a record, so that it can be fetched again.

-- A text as it is searched: without case and accents. unaccent() names its dictionary, so it is immutable in effect.
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE FUNCTION search_text(value text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN lower(unaccent('unaccent'::regdictionary, value));

-- Users, and what jobs and applications refer to ----------------------------------------------------------------------

CREATE TABLE user_account (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    site_admin boolean NOT NULL,
    active boolean NOT NULL,
    -- A user who is no longer listed loses access.
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);
CREATE INDEX user_account_by_email ON user_account (org_id, lower(email));

CREATE TABLE department (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    external_id text NOT NULL DEFAULT '',
    name text NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE office (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    external_id text NOT NULL DEFAULT '',
    name text NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE source (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    external_id text NOT NULL DEFAULT '',
    name text NOT NULL,
    origin text NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Who is credited with an application.
CREATE TABLE referrer (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    external_id text NOT NULL DEFAULT '',
    user_id uuid,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE rejection_reason (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    external_id text NOT NULL DEFAULT '',
    name text NOT NULL,
    -- Whether the person turned us down, rather than we them.
    by_candidate boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Jobs ----------------------------------------------------------------------------------------------------------------

CREATE TABLE job (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    title text NOT NULL,
    status text NOT NULL,
    department_id uuid,
    office_id uuid,
    opened_at timestamptz,
    closed_at timestamptz,
    created_at timestamptz NOT NULL,
    removed_at timestamptz,
    -- Counts the events published about this job; the state that was last published is kept, to publish only changes.
    version bigint NOT NULL DEFAULT 0,
    published_state jsonb,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX job_newest_first ON job (org_id, created_at DESC, id DESC);

CREATE TABLE job_stage (
    org_id text NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    position integer NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX job_stage_by_job ON job_stage (org_id, job_id, position);

-- Hiring teams decide who sees what, so they are read completely every time: a member who is no longer listed is
-- removed.
CREATE TABLE job_team (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL DEFAULT '',
    collection text NOT NULL DEFAULT '',
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    role text NOT NULL,
    responsible boolean NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (org_id, id)
);
CREATE INDEX job_team_by_job ON job_team (org_id, job_id);
CREATE INDEX job_team_by_user ON job_team (org_id, user_id, job_id);

CREATE TABLE opening (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL DEFAULT '',
    job_id uuid NOT NULL,
    -- Who filled it.
    application_id uuid,
    status text NOT NULL,
    opened_at timestamptz,
    closed_at timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX opening_by_job ON opening (org_id, job_id);
CREATE INDEX opening_by_application ON opening (org_id, application_id) WHERE application_id IS NOT NULL;

-- People --------------------------------------------------------------------------------------------------------------

CREATE TABLE person (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    first_name text NOT NULL,
    last_name text NOT NULL,
    title text,
    company text,
    location text,
    emails json NOT NULL,
    phones json NOT NULL,
    links text[] NOT NULL,
    tags text[] NOT NULL,
    -- Whether the person agreed to be written to by mail; null where that is not known.
    may_be_emailed boolean,
    added_at timestamptz NOT NULL,
    last_activity_at timestamptz,
    ats_updated_at timestamptz NOT NULL,
    deleted_at timestamptz,
    -- A merged person's row points at the person they turned out to be.
    merged_into uuid,
    -- Counts the events about the person.
    version bigint NOT NULL DEFAULT 0,
    -- No trigram index: row-level security keeps the planner from using one, for LIKE is not leakproof.
    search_name text NOT NULL GENERATED ALWAYS AS (search_text(first_name || ' ' || last_name)) STORED,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX person_newest_first ON person (org_id, added_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX person_by_survivor ON person (org_id, merged_into) WHERE merged_into IS NOT NULL;

-- A person's activity feed, ready to be read: references to what happened, in every service, and nothing personal.
CREATE TABLE activity (
    org_id text NOT NULL,
    person_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    -- Derived from the event and the person, so that a republished event adds nothing.
    id uuid NOT NULL,
    -- The entry is visible to those who see the job; null where it belongs to no job.
    job_id uuid,
    entry json NOT NULL,
    PRIMARY KEY (org_id, person_id, occurred_at, id)
);

-- Applications --------------------------------------------------------------------------------------------------------

CREATE TABLE application (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    person_id uuid NOT NULL,
    source_id uuid,
    credited_user_id uuid,
    applied_at timestamptz NOT NULL,
    last_activity_at timestamptz,

    -- Our state: decided here, published as events. Null until the application is first published.
    job_id uuid,
    stage_id uuid,
    status text,
    stage_entered_at timestamptz,
    closed_at timestamptz,
    version bigint NOT NULL DEFAULT 0,
    -- Source, credit and close reason as events last said them.
    published_details jsonb,
    sync_state text NOT NULL DEFAULT 'synced',
    sync_since timestamptz NOT NULL,
    sync_reason text,
    -- Removed applications stay for their history; nothing shows them.
    removed_at timestamptz,
    removal text,

    -- The ATS's state, as far as it has reached us.
    ats_job_id uuid NOT NULL,
    ats_stage_id uuid NOT NULL,
    ats_status text NOT NULL,
    ats_stage_entered_at timestamptz,
    ats_closed_at timestamptz,
    rejection_reason_id uuid,
    ats_updated_at timestamptz NOT NULL,
    -- Of two changes at one moment, the one in the ATS's lists outweighs the one in a delivery.
    ats_listed boolean NOT NULL DEFAULT true,

    -- The ATS's state has changed and has not been compared with ours.
    unreconciled boolean NOT NULL DEFAULT true,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX application_by_person ON application (org_id, person_id, applied_at DESC);
CREATE INDEX application_by_job ON application (org_id, job_id, status);
CREATE INDEX application_unreconciled ON application (org_id, id) WHERE unreconciled;
CREATE INDEX application_in_conflict ON application (org_id, connection) WHERE sync_state = 'conflicted';

-- The ATS's own history: one row for each entry into a stage.
CREATE TABLE stage_entry (
    org_id text NOT NULL,
    id uuid NOT NULL,
    -- Also the order of two entries at one moment.
    external_id text NOT NULL DEFAULT '',
    application_id uuid NOT NULL,
    stage_id uuid NOT NULL,
    entered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX stage_entry_by_application ON stage_entry (org_id, application_id, entered_at);

-- Append-only: a correction supersedes a transition, nothing is edited or deleted.
CREATE TABLE transition (
    org_id text NOT NULL,
    id uuid NOT NULL,
    application_id uuid NOT NULL,
    version bigint NOT NULL,
    kind text NOT NULL,
    from_stage_id uuid,
    to_stage_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    -- Recorded late, of an earlier time: versions of such transitions do not follow the order in which things happened.
    backfilled boolean NOT NULL DEFAULT false,
    actor text NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, application_id, version)
);
CREATE INDEX transition_by_cause ON transition (org_id, application_id, cause);

-- Which transition an entry of the ATS's history is the same as.
CREATE TABLE stage_entry_link (
    org_id text NOT NULL,
    stage_entry_id uuid NOT NULL,
    transition_id uuid NOT NULL,
    PRIMARY KEY (org_id, stage_entry_id)
);
CREATE UNIQUE INDEX stage_entry_link_by_transition ON stage_entry_link (org_id, transition_id);

CREATE TABLE interview (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL DEFAULT '',
    application_id uuid NOT NULL,
    status text NOT NULL,
    starts_at timestamptz,
    ends_at timestamptz,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX interview_by_application ON interview (org_id, application_id);

CREATE TABLE interviewer (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL DEFAULT '',
    interview_id uuid NOT NULL,
    user_id uuid NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX interviewer_by_interview ON interviewer (org_id, interview_id);

CREATE TABLE scorecard (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL DEFAULT '',
    application_id uuid NOT NULL,
    interview_id uuid,
    user_id uuid,
    submitted_at timestamptz,
    rating text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX scorecard_by_application ON scorecard (org_id, application_id);

-- The board's read model: one rendered card per active application, written in the transaction that changes it.
CREATE TABLE board_card (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    job_id uuid NOT NULL,
    stage_id uuid NOT NULL,
    stage_entered_at timestamptz NOT NULL,
    card json NOT NULL,
    -- When the passage of time alone will change it; rendered again then.
    changes_at timestamptz,
    PRIMARY KEY (org_id, application_id)
);
CREATE INDEX board_card_changing ON board_card (org_id, changes_at) WHERE changes_at IS NOT NULL;
CREATE INDEX board_card_in_order ON board_card (org_id, job_id, stage_id, stage_entered_at, application_id);

-- Isolation -----------------------------------------------------------------------------------------------------------
-- Row-level security on every table, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'user_account', 'department', 'office', 'source', 'referrer', 'rejection_reason',
        'job', 'job_stage', 'job_team', 'opening', 'person', 'activity', 'application', 'stage_entry', 'transition',
        'stage_entry_link', 'interview', 'interviewer', 'scorecard', 'board_card'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('REVOKE UPDATE, DELETE ON transition FROM %I', service);
END
$$;
