-- What the ATS knows of a person beside their contact points, and of an application beside its stages: jobs held,
-- education, files, fields of the account's own; what scorecards say, and offers. Every table of a person's has a
-- person_id, by which merging moves its rows and erasing deletes them.

CREATE TABLE employment (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    person_id uuid NOT NULL,
    company text,
    title text,
    started_on date,
    -- Null for a job that they still hold.
    ended_on date,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX employment_by_person ON employment (org_id, person_id);

CREATE TABLE education (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    person_id uuid NOT NULL,
    school text,
    degree text,
    discipline text,
    started_on date,
    ended_on date,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX education_by_person ON education (org_id, person_id);

-- That there is a file, never the file itself nor the ATS's address of it: both are fetched when somebody opens it.
CREATE TABLE attachment (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    person_id uuid NOT NULL,
    application_id uuid,
    name text NOT NULL,
    kind text NOT NULL,
    -- Whether the ATS shows it to everybody who sees the person.
    public boolean NOT NULL,
    added_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX attachment_by_person ON attachment (org_id, person_id);

-- Fields that the account made up for candidates. None is shown until an admin chooses it.
CREATE TABLE custom_field (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    -- By which the records of people name it.
    key text NOT NULL,
    active boolean NOT NULL,
    -- The ATS shows it only to users with a permission of its own: nobody can choose to show it here.
    private boolean NOT NULL,
    shown boolean NOT NULL DEFAULT false,
    PRIMARY KEY (org_id, id)
);

ALTER TABLE person
    ADD COLUMN recruiter_id uuid,
    ADD COLUMN coordinator_id uuid,
    ADD COLUMN is_private boolean NOT NULL DEFAULT false,
    -- Those of the links that are pages of their own; the others are profiles in a network.
    ADD COLUMN websites text[] NOT NULL DEFAULT '{}',
    -- Values by the key of the field.
    ADD COLUMN custom_fields jsonb NOT NULL DEFAULT '{}';

CREATE TABLE offer (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL,
    application_id uuid NOT NULL,
    -- A new version of an offer is a row of its own.
    version integer NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    resolved_at timestamptz,
    starts_on date,
    decline_reason_id uuid,
    decline_reason text,
    -- What events last said of it; null if nothing.
    published_status text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX offer_by_application ON offer (org_id, application_id, version);

ALTER TABLE interview ADD COLUMN name text;
ALTER TABLE scorecard
    ADD COLUMN interview_name text,
    ADD COLUMN interviewed_at timestamptz,
    ADD COLUMN notes text,
    -- Name, type, rating and note of each.
    ADD COLUMN attributes jsonb NOT NULL DEFAULT '[]',
    -- Whether an event has said that it is in.
    ADD COLUMN published boolean NOT NULL DEFAULT false;

-- Every record that the ATS should still have, by the collection it is listed in. `explained`: that it is missing there
-- is no surprise, since what it belonged to has gone.
CREATE OR REPLACE VIEW mirrored_record WITH (security_invoker = true) AS
SELECT org_id, 'departments' AS collection, connection, id, external_id, false AS explained FROM department
UNION ALL
SELECT org_id, 'offices', connection, id, external_id, false FROM office
UNION ALL
SELECT org_id, 'sources', connection, id, external_id, false FROM source
UNION ALL
SELECT org_id, 'referrers', connection, id, external_id, false FROM referrer
UNION ALL
SELECT org_id, 'rejection_reasons', connection, id, external_id, false FROM rejection_reason
UNION ALL
SELECT org_id, 'custom_fields', connection, id, external_id, false FROM custom_field
UNION ALL
SELECT org_id, 'jobs', connection, id, external_id, false FROM job WHERE removed_at IS NULL
UNION ALL
SELECT s.org_id, 'job_stages', j.connection, s.id, s.external_id, j.removed_at IS NOT NULL
FROM job_stage s JOIN job j ON j.org_id = s.org_id AND j.id = s.job_id
UNION ALL
SELECT o.org_id, 'openings', j.connection, o.id, o.external_id, j.removed_at IS NOT NULL
FROM opening o JOIN job j ON j.org_id = o.org_id AND j.id = o.job_id
UNION ALL
SELECT org_id, 'people', connection, id, external_id, false FROM person WHERE deleted_at IS NULL
UNION ALL
SELECT org_id, 'employments', connection, id, external_id, false FROM employment
UNION ALL
SELECT org_id, 'educations', connection, id, external_id, false FROM education
UNION ALL
SELECT org_id, 'attachments', connection, id, external_id, false FROM attachment
UNION ALL
SELECT a.org_id, 'applications', a.connection, a.id, a.external_id,
    coalesce(j.removed_at, p.deleted_at) IS NOT NULL
FROM application a
LEFT JOIN job j ON j.org_id = a.org_id AND j.id = a.ats_job_id
LEFT JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT e.org_id, 'stage_entries', a.connection, e.id, e.external_id, false
FROM stage_entry e JOIN application a ON a.org_id = e.org_id AND a.id = e.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT i.org_id, 'interviews', a.connection, i.id, i.external_id, false
FROM interview i JOIN application a ON a.org_id = i.org_id AND a.id = i.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT v.org_id, 'interviewers', a.connection, v.id, v.external_id, false
FROM interviewer v
JOIN interview i ON i.org_id = v.org_id AND i.id = v.interview_id
JOIN application a ON a.org_id = i.org_id AND a.id = i.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT k.org_id, 'scorecards', a.connection, k.id, k.external_id, false
FROM scorecard k JOIN application a ON a.org_id = k.org_id AND a.id = k.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT o.org_id, 'offers', a.connection, o.id, o.external_id, false
FROM offer o JOIN application a ON a.org_id = o.org_id AND a.id = o.application_id
WHERE a.removed_at IS NULL;

-- As before, and whether the person is private: null for everybody else, so that cards rendered before are unchanged.
CREATE OR REPLACE VIEW card_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id AS application_id, a.person_id, a.job_id, a.stage_id,
    trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')) AS person_name,
    p.title AS person_title, p.company AS person_company,
    coalesce(c.origin, 'unknown') AS origin, c.name AS source, a.stage_entered_at, a.last_activity_at,
    i.next_interview_at,
    (SELECT count(*) FROM scorecard k
     WHERE k.org_id = a.org_id AND k.application_id = a.id AND k.submitted_at IS NOT NULL) AS scorecards_submitted,
    coalesce(i.scorecards_due, 0) AS scorecards_due,
    a.sync_state AS sync,
    CASE WHEN a.sync_state = 'conflicted' THEN a.ats_stage_id END AS ats_stage_id,
    a.version,
    -- When the passage of time alone will change this card: an interview begins or ends.
    i.changes_at,
    CASE WHEN a.sync_state = 'conflicted' THEN a.sync_reason END AS sync_reason,
    CASE WHEN p.is_private THEN true END AS private
FROM application a
LEFT JOIN LATERAL (
    SELECT
        min(w.starts_at) FILTER (WHERE w.status = 'scheduled' AND w.starts_at > now()) AS next_interview_at,
        count(*) FILTER (WHERE w.ends_at <= now() AND v.id IS NOT NULL AND k.id IS NULL) AS scorecards_due,
        least(min(w.starts_at) FILTER (WHERE w.starts_at > now()), min(w.ends_at) FILTER (WHERE w.ends_at > now()))
            AS changes_at
    FROM interview w
    LEFT JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id
    LEFT JOIN scorecard k ON k.org_id = w.org_id AND k.application_id = w.application_id AND k.interview_id = w.id
        AND k.user_id = v.user_id AND k.submitted_at IS NOT NULL
    WHERE w.org_id = a.org_id AND w.application_id = a.id
) i ON true
LEFT JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
WHERE a.status = 'active' AND a.removed_at IS NULL AND p.deleted_at IS NULL;

ALTER TABLE board_card
    ADD COLUMN private boolean NOT NULL GENERATED ALWAYS AS (coalesce((card ->> 'private')::boolean, false)) STORED;

-- What is shown of a person beside their record: the newest job and the newest education first, by when they ended.
CREATE VIEW profile_document WITH (security_invoker = true) AS
SELECT
    p.org_id, p.id AS person_id,
    (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT company, title, started_on, ended_on FROM employment
        WHERE org_id = p.org_id AND person_id = p.id
        ORDER BY ended_on DESC NULLS FIRST, started_on DESC NULLS LAST, id LIMIT 50
     ) e) AS employments,
    (SELECT coalesce(json_agg(e), '[]') FROM (
        SELECT school, degree, discipline, started_on, ended_on FROM education
        WHERE org_id = p.org_id AND person_id = p.id
        ORDER BY ended_on DESC NULLS FIRST, started_on DESC NULLS LAST, id LIMIT 50
     ) e) AS educations,
    (SELECT coalesce(json_agg(f), '[]') FROM (
        SELECT id, name, kind, added_at FROM attachment
        WHERE org_id = p.org_id AND person_id = p.id AND public
        ORDER BY added_at DESC, id LIMIT 50
     ) f) AS attachments,
    (SELECT coalesce(json_agg(json_build_object(
        'url', l.url, 'kind', CASE WHEN l.url = ANY(p.websites) THEN 'website' ELSE 'social' END) ORDER BY l.n), '[]')
     FROM unnest(p.links) WITH ORDINALITY AS l (url, n)) AS web_links,
    (SELECT coalesce(json_agg(json_build_object('name', c.name, 'value', p.custom_fields ->> c.key) ORDER BY c.name), '[]')
     FROM custom_field c
     WHERE c.org_id = p.org_id AND c.connection = p.connection AND c.shown AND c.active AND NOT c.private
        AND p.custom_fields ->> c.key IS NOT NULL) AS custom_fields,
    (SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) FROM user_account u
     WHERE u.org_id = p.org_id AND u.id = p.recruiter_id) AS recruiter,
    (SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) FROM user_account u
     WHERE u.org_id = p.org_id AND u.id = p.coordinator_id) AS coordinator,
    p.is_private
FROM person p WHERE p.deleted_at IS NULL;

-- Whether a user is among those who may see a private person: on the hiring team of a job they applied for, or
-- responsible for them.
CREATE FUNCTION is_close_to(viewer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM person p WHERE p.id = person AND viewer IN (p.recruiter_id, p.coordinator_id))
        OR EXISTS (
            SELECT 1 FROM application a JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
            WHERE a.person_id = person AND a.removed_at IS NULL AND t.user_id = viewer)
$$;

CREATE OR REPLACE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, stage_entry_link,
        interview, interviewer, scorecard, board_card, publication, employment, education, attachment, offer;
END
$$;

-- Row-level security on every table, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['employment', 'education', 'attachment', 'custom_field', 'offer'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT SELECT ON profile_document TO %I', service);
END
$$;
