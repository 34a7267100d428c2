-- Who must not be written to, as outreach tells; and what people said of themselves, held apart, with who may be found by
-- it and what that was used for.

-- Entries of outreach's ledger about whole people, by ids alone. A person's rows stay when they are erased: outreach then
-- enters that nobody writes to them any more.
CREATE TABLE suppression (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    in_force boolean NOT NULL,
    -- Of the event that said so: an earlier one changes nothing.
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX suppression_by_person ON suppression (org_id, person_id) WHERE in_force;

DO $$
DECLARE
    event record;
BEGIN
    FOR event IN SELECT * FROM (VALUES ('inserted', 'INSERT', 'NEW'), ('deleted', 'DELETE', 'OLD')) AS e (past, name, rows) LOOP
        EXECUTE format('CREATE TRIGGER search_%s AFTER %s ON suppression REFERENCING %s TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, %L)', event.past, event.name, event.rows,
            'SELECT org_id, person_id FROM changed', 'SELECT FROM changed');
    END LOOP;
    CREATE TRIGGER search_updated AFTER UPDATE ON suppression REFERENCING OLD TABLE AS before NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(
            'SELECT org_id, person_id FROM changed UNION ALL SELECT org_id, person_id FROM before', 'SELECT FROM changed');
END
$$;

-- What people said of themselves when they applied, as the ATS asks it. It is read by nothing but what these tables are
-- for: no document, card, profile, event or index holds it. What was answered in free text is not kept.
CREATE TABLE demographic_set (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    title text NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE demographic_question (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    set_id uuid,
    name text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE demographic_option (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    external_id text NOT NULL,
    question_id uuid NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX demographic_option_by_question ON demographic_option (org_id, question_id);

-- By application, and so by the person whose it is: it goes with a merge, comes back when that is undone, and is deleted
-- when the person is erased or the ATS no longer has the application.
CREATE TABLE demographic_answer (
    org_id text NOT NULL,
    id uuid NOT NULL,
    external_id text NOT NULL,
    application_id uuid NOT NULL,
    question_id uuid NOT NULL,
    -- Null for an answer in free text.
    option_id uuid,
    answered_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX demographic_answer_by_application ON demographic_answer (org_id, application_id, question_id);
CREATE INDEX demographic_answer_by_option ON demographic_answer (org_id, option_id, application_id);

-- Whether people may be found by it, and by which answers. A row once an admin has said so.
CREATE TABLE diversity_sourcing (
    org_id text NOT NULL PRIMARY KEY,
    is_on boolean NOT NULL,
    -- Who gave one of these is in the group, and which one nobody is told.
    option_ids uuid[] NOT NULL,
    -- Who gave this one agreed to be found by it.
    consent_option_id uuid,
    -- Since when these are the answers; null while there are none.
    chosen_at timestamptz,
    changed_at timestamptz NOT NULL,
    changed_by uuid NOT NULL,
    -- Decides who is left out of a list that is shortened to a round number.
    secret bytea NOT NULL
);

-- Every use and every change. It is never deleted: the groups that there were decide which there may be.
CREATE TABLE diversity_use (
    org_id text NOT NULL,
    id uuid NOT NULL,
    used_at timestamptz NOT NULL,
    user_id uuid NOT NULL,
    kind text NOT NULL,
    -- Rounded down; null if they were too few to be shown, and of what is no search.
    people integer,
    -- The filter without its words; null of what is no search.
    filter json,
    with_text boolean NOT NULL DEFAULT false,
    -- Of a change, what was chosen.
    option_ids uuid[],
    consent_option_id uuid,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX diversity_use_newest ON diversity_use (org_id, used_at, id);
CREATE INDEX diversity_use_changes ON diversity_use (org_id, used_at) WHERE option_ids IS NOT NULL;

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
WHERE a.removed_at IS NULL
UNION ALL
SELECT org_id, 'demographic_sets', connection, id, external_id, false FROM demographic_set
UNION ALL
SELECT org_id, 'demographic_questions', connection, id, external_id, false FROM demographic_question
UNION ALL
SELECT org_id, 'demographic_options', connection, id, external_id, false FROM demographic_option
UNION ALL
SELECT d.org_id, 'demographic_answers', a.connection, d.id, d.external_id, false
FROM demographic_answer d JOIN application a ON a.org_id = d.org_id AND a.id = d.application_id
WHERE a.removed_at IS NULL;

-- As before, and what a first reading fills here.
CREATE OR REPLACE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, stage_entry_link,
        interview, interviewer, scorecard, board_card, publication, employment, education, attachment, offer,
        contact_point, person_key, person_tag, note, project_person, probable_duplicate, import_row, import_key,
        demographic_answer;
END
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['suppression', 'demographic_set', 'demographic_question', 'demographic_option',
        'demographic_answer', 'diversity_sourcing', 'diversity_use'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON suppression, demographic_set, demographic_question,
        demographic_option, demographic_answer TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON diversity_sourcing TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT ON diversity_use TO %I', service);
END
$$;
