-- What Rapport itself knows of people, beside what the ATS says of them: contact points, tags, projects, notes, and who
-- found them. People may be created here as well: their `connection` and `external_id` are empty, no connection has that
-- name, and so no sync and no comparison ever looks at them.
-- Everything personal in these tables goes by `person_id` when the person is erased (queries/crm/erase_crm.sql).

ALTER TABLE person
    -- The user who created them here; null for people from the ATS.
    ADD COLUMN created_by uuid,
    -- The import that created them.
    ADD COLUMN import_id uuid,
    -- What the ATS says of their addresses has changed since the keys by which they are recognised were computed.
    ADD COLUMN keys_stale boolean NOT NULL DEFAULT true;
CREATE INDEX person_with_stale_keys ON person (org_id, id) WHERE keys_stale;
CREATE INDEX person_by_import ON person (org_id, import_id, id) WHERE import_id IS NOT NULL;

CREATE FUNCTION mark_person_keys_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.keys_stale := true;
    RETURN NEW;
END
$$;
CREATE TRIGGER person_addresses_changed BEFORE UPDATE OF emails, phones, links ON person FOR EACH ROW
    WHEN (OLD.emails::text IS DISTINCT FROM NEW.emails::text OR OLD.phones::text IS DISTINCT FROM NEW.phones::text
        OR OLD.links IS DISTINCT FROM NEW.links)
    EXECUTE FUNCTION mark_person_keys_stale();

-- The keys by which people whom the ATS knows are recognised: computed, since no statement can normalise an address or a
-- telephone number as we do. Those of contact points that were recorded here lie beside them.
CREATE TABLE person_key (
    org_id text NOT NULL,
    kind text NOT NULL,
    key text NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (org_id, kind, key, person_id)
);
CREATE INDEX person_key_by_person ON person_key (org_id, person_id);

CREATE TABLE contact_point (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    -- The value as it is compared; never empty.
    key text NOT NULL CHECK (key <> ''),
    type text,
    -- Whether the person agreed to be reached by it.
    consent text NOT NULL,
    added_by uuid,
    added_at timestamptz NOT NULL,
    import_id uuid,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX contact_point_of_person ON contact_point (org_id, person_id, kind, key);
CREATE INDEX contact_point_by_key ON contact_point (org_id, kind, key);
CREATE INDEX contact_point_by_import ON contact_point (org_id, import_id, person_id) WHERE import_id IS NOT NULL;

CREATE TABLE person_tag (
    org_id text NOT NULL,
    person_id uuid NOT NULL,
    tag text NOT NULL,
    -- Two tags that differ only by case and accents are one.
    key text NOT NULL GENERATED ALWAYS AS (search_text(tag)) STORED,
    added_by uuid,
    added_at timestamptz NOT NULL,
    import_id uuid,
    PRIMARY KEY (org_id, person_id, key)
);
CREATE INDEX person_tag_by_key ON person_tag (org_id, key);
CREATE INDEX person_tag_by_import ON person_tag (org_id, import_id, person_id) WHERE import_id IS NOT NULL;

-- A named list of people.
CREATE TABLE project (
    org_id text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    search_name text NOT NULL GENERATED ALWAYS AS (search_text(name)) STORED,
    created_by uuid NOT NULL,
    created_at timestamptz NOT NULL,
    archived_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX project_newest_first ON project (org_id, created_at DESC, id DESC);

CREATE TABLE project_person (
    org_id text NOT NULL,
    project_id uuid NOT NULL,
    person_id uuid NOT NULL,
    added_by uuid NOT NULL,
    added_at timestamptz NOT NULL,
    import_id uuid,
    PRIMARY KEY (org_id, project_id, person_id)
);
CREATE INDEX project_person_newest_first ON project_person (org_id, project_id, added_at DESC, person_id DESC);
CREATE INDEX project_person_by_person ON project_person (org_id, person_id);
CREATE INDEX project_person_by_import ON project_person (org_id, import_id, person_id) WHERE import_id IS NOT NULL;

CREATE TABLE note (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- The job it is about; whose hiring team may read it, if only they may.
    job_id uuid,
    author_id uuid NOT NULL,
    visibility text NOT NULL,
    body text NOT NULL,
    created_at timestamptz NOT NULL,
    edited_at timestamptz,
    version bigint NOT NULL,
    import_id uuid,
    PRIMARY KEY (org_id, id),
    CHECK (visibility <> 'hiring_team' OR job_id IS NOT NULL)
);
CREATE INDEX note_by_person ON note (org_id, person_id, created_at DESC, id DESC);
CREATE INDEX note_by_import ON note (org_id, import_id, person_id) WHERE import_id IS NOT NULL;

-- Who looked at whose profile, and who added them. A profile is known by a hash: nothing is stored here about people who
-- were looked at and not added. What was counted stays counted when a person is erased.
CREATE TABLE sourcing_activity (
    org_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    profile bytea NOT NULL,
    person_id uuid,
    job_id uuid,
    occurred_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sourcing_activity_by_user ON sourcing_activity (org_id, user_id, kind, profile, occurred_at);
CREATE INDEX sourcing_activity_by_profile ON sourcing_activity (org_id, profile);
CREATE INDEX sourcing_activity_by_person ON sourcing_activity (org_id, person_id) WHERE person_id IS NOT NULL;

-- What users' work led to, as events say it: messages sent, replies of people, applications that began. A read model:
-- what a user did to find people is counted from it. It names people by their ids alone.
CREATE TABLE sourcing_outcome (
    org_id text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    -- The author of the message; null for applications.
    user_id uuid,
    person_id uuid NOT NULL,
    job_id uuid,
    occurred_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX sourcing_outcome_by_user ON sourcing_outcome (org_id, user_id, kind, person_id, occurred_at);
CREATE INDEX sourcing_outcome_by_time ON sourcing_outcome (org_id, kind, occurred_at);

-- Two people who may be one, until somebody has decided.
CREATE TABLE probable_duplicate (
    org_id text NOT NULL,
    -- The smaller id comes first, so that a pair is one row.
    person_id uuid NOT NULL,
    other_id uuid NOT NULL,
    reason text NOT NULL,
    -- From 0 to 1: how alike they are.
    score real NOT NULL,
    found_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, person_id, other_id),
    CHECK (person_id < other_id)
);
CREATE INDEX probable_duplicate_by_other ON probable_duplicate (org_id, other_id);

-- A person is shown with what both sides know.
CREATE OR REPLACE VIEW person_document WITH (security_invoker = true) AS
SELECT p.org_id, p.id, p.first_name, p.last_name, p.title, p.company, p.location,
    CASE WHEN c.emails IS NULL THEN p.emails ELSE (p.emails::jsonb || c.emails)::json END AS emails,
    CASE WHEN c.phones IS NULL THEN p.phones ELSE (p.phones::jsonb || c.phones)::json END AS phones,
    p.links || coalesce(c.links, '{}') AS links,
    p.tags || coalesce(t.tags, '{}') AS tags,
    p.added_at, p.last_activity_at,
    json_build_object('email', CASE WHEN c.email_refused THEN false
        ELSE coalesce(p.may_be_emailed, c.email_agreed, false) END) AS consents,
    coalesce(c.points, '[]') AS contact_points,
    coalesce(t.tags, '{}') AS added_tags,
    p.connection <> '' AS in_ats
FROM person p
LEFT JOIN LATERAL (
    SELECT
        jsonb_agg(jsonb_build_object('value', k.value, 'type', k.type) ORDER BY k.added_at, k.id)
            FILTER (WHERE k.kind = 'email') AS emails,
        jsonb_agg(jsonb_build_object('value', k.value, 'type', k.type) ORDER BY k.added_at, k.id)
            FILTER (WHERE k.kind = 'phone') AS phones,
        array_agg(k.value ORDER BY k.added_at, k.id) FILTER (WHERE k.kind = 'link') AS links,
        bool_or(k.consent = 'refused') FILTER (WHERE k.kind = 'email') AS email_refused,
        bool_or(k.consent = 'given') FILTER (WHERE k.kind = 'email') AS email_agreed,
        json_agg(json_build_object('id', k.id, 'kind', k.kind, 'value', k.value, 'type', k.type, 'consent', k.consent)
            ORDER BY k.added_at, k.id) AS points
    FROM contact_point k WHERE k.org_id = p.org_id AND k.person_id = p.id
) c ON true
LEFT JOIN LATERAL (
    SELECT array_agg(g.tag ORDER BY g.key) AS tags FROM person_tag g
    WHERE g.org_id = p.org_id AND g.person_id = p.id
        AND g.key <> ALL (ARRAY(SELECT search_text(x) FROM unnest(p.tags) AS x))
) t ON true
WHERE p.deleted_at IS NULL;

CREATE VIEW note_document WITH (security_invoker = true) AS
SELECT org_id, id, person_id, job_id, author_id, visibility, body, created_at, edited_at, version FROM note;

CREATE VIEW project_document WITH (security_invoker = true) AS
SELECT org_id, id, name, search_name, created_by, created_at, archived_at, version,
    (SELECT count(*) FROM project_person m WHERE m.org_id = p.org_id AND m.project_id = p.id) AS people
FROM project p;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'person_key', 'contact_point', 'person_tag', 'project', 'project_person', 'note', 'sourcing_activity',
        'sourcing_outcome', 'probable_duplicate'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT SELECT ON note_document, project_document TO %I', service);
END
$$;
