-- What changed of people, for the index by which they are searched: a row for each person and transaction. Every replica
-- has an index of its own and follows these rows; they are forgotten after an hour, for an index that has missed more is
-- built anew.

CREATE TABLE search_change (
    org_id text NOT NULL,
    -- The transaction, by which rows are followed: those of transactions that end late are not missed, as they would be
    -- by a sequence.
    change xid8 NOT NULL DEFAULT pg_current_xact_id(),
    -- A person, or a record that was merged into one.
    person_id uuid NOT NULL,
    PRIMARY KEY (org_id, change, person_id)
);

CREATE INDEX sourcing_outcome_by_person ON sourcing_outcome (org_id, person_id, kind, occurred_at);

-- The first argument of the trigger selects the organisations and people from `changed`, and from `before` after an update;
-- the second the rows of `changed` that matter, for most statements change none of these.
CREATE FUNCTION mark_people_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    matters boolean;
BEGIN
    EXECUTE 'SELECT EXISTS (' || TG_ARGV[1] || ')' INTO matters;
    IF matters THEN
        EXECUTE 'INSERT INTO search_change (org_id, person_id) SELECT DISTINCT org_id, person_id FROM ('
            || TG_ARGV[0] || ') m WHERE person_id IS NOT NULL ON CONFLICT DO NOTHING';
    END IF;
    RETURN NULL;
END
$$;

DO $$
DECLARE
    marked record;
    differing text := 'FROM changed c JOIN before b ON b.org_id = c.org_id AND b.id = c.id WHERE
        (c.first_name, c.last_name, c.title, c.company, c.location, c.tags, c.may_be_emailed, c.added_at, c.last_activity_at,
            c.deleted_at, c.merged_into, c.recruiter_id, c.coordinator_id, c.is_private)
        IS DISTINCT FROM (b.first_name, b.last_name, b.title, b.company, b.location, b.tags, b.may_be_emailed, b.added_at,
            b.last_activity_at, b.deleted_at, b.merged_into, b.recruiter_id, b.coordinator_id, b.is_private)';
BEGIN
    FOR marked IN SELECT * FROM (VALUES
        ('employment', 'SELECT org_id, person_id FROM %s'),
        ('education', 'SELECT org_id, person_id FROM %s'),
        ('person_tag', 'SELECT org_id, person_id FROM %s'),
        ('contact_point', 'SELECT org_id, person_id FROM %s'),
        ('note', 'SELECT org_id, person_id FROM %s'),
        ('project_person', 'SELECT org_id, person_id FROM %s'),
        ('sourcing_outcome', 'SELECT org_id, person_id FROM %s'),
        ('person', 'SELECT org_id, id AS person_id FROM %1$s UNION ALL SELECT org_id, merged_into FROM %1$s'),
        ('application', 'SELECT org_id, person_id FROM %s'),
        ('offer', 'SELECT a.org_id, a.person_id FROM %s c JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id'),
        ('scorecard', 'SELECT a.org_id, a.person_id FROM %s c JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id'),
        ('interview', 'SELECT a.org_id, a.person_id FROM %s c JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id'),
        ('interviewer', 'SELECT a.org_id, a.person_id FROM %s c JOIN interview i ON i.org_id = c.org_id AND i.id = c.interview_id JOIN application a ON a.org_id = i.org_id AND a.id = i.application_id')
    ) AS m (relation, people) LOOP
        EXECUTE format('CREATE TRIGGER search_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, ''SELECT FROM changed'')', marked.relation, format(marked.people, 'changed'));
        EXECUTE format('CREATE TRIGGER search_deleted AFTER DELETE ON %I REFERENCING OLD TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, ''SELECT FROM changed'')', marked.relation, format(marked.people, 'changed'));
        CONTINUE WHEN marked.relation = 'person';
        EXECUTE format('CREATE TRIGGER search_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, ''SELECT FROM changed'')', marked.relation,
            format(marked.people, 'changed') || ' UNION ALL ' || format(marked.people, 'before'));
    END LOOP;

    -- What is only kept of people for other work changes more often than what they are found by.
    EXECUTE format('CREATE TRIGGER search_updated AFTER UPDATE ON person REFERENCING OLD TABLE AS before NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, %L)',
        'SELECT c.org_id, unnest(ARRAY[c.id, c.merged_into, b.merged_into]) AS person_id ' || differing, 'SELECT ' || differing);

    -- The history of an application only grows.
    CREATE TRIGGER search_inserted AFTER INSERT ON transition REFERENCING NEW TABLE AS changed
        FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(
            'SELECT a.org_id, a.person_id FROM changed c JOIN application a ON a.org_id = c.org_id AND a.id = c.application_id',
            'SELECT FROM changed');

    -- Names and kinds of things that applications refer to: those who applied are found by them.
    FOR marked IN SELECT * FROM (VALUES
        ('job', 'JOIN application a ON a.org_id = c.org_id AND a.job_id = c.id', '(c.department_id, c.office_id) IS DISTINCT FROM (b.department_id, b.office_id)'),
        ('job_stage', 'JOIN application a ON a.org_id = c.org_id AND a.job_id = c.job_id', 'c.kind <> b.kind'),
        ('department', 'JOIN job j ON j.org_id = c.org_id AND j.department_id = c.id JOIN application a ON a.org_id = j.org_id AND a.job_id = j.id', 'c.name <> b.name'),
        ('office', 'JOIN job j ON j.org_id = c.org_id AND j.office_id = c.id JOIN application a ON a.org_id = j.org_id AND a.job_id = j.id', 'c.name <> b.name'),
        ('source', 'JOIN application a ON a.org_id = c.org_id AND a.source_id = c.id', '(c.name, c.origin) IS DISTINCT FROM (b.name, b.origin)'),
        ('rejection_reason', 'JOIN application a ON a.org_id = c.org_id AND a.rejection_reason_id = c.id', '(c.name, c.by_candidate) IS DISTINCT FROM (b.name, b.by_candidate)')
    ) AS m (relation, joined, differs) LOOP
        EXECUTE format('CREATE TRIGGER search_updated AFTER UPDATE ON %I REFERENCING OLD TABLE AS before NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, %L)', marked.relation,
            format('SELECT a.org_id, a.person_id FROM changed c JOIN before b ON b.org_id = c.org_id AND b.id = c.id %s WHERE %s',
                marked.joined, marked.differs),
            format('SELECT FROM changed c JOIN before b ON b.org_id = c.org_id AND b.id = c.id WHERE %s', marked.differs));
    END LOOP;
    -- They arrive in any order: what is named may come after what names it.
    FOR marked IN SELECT * FROM (VALUES
        ('job', 'JOIN application a ON a.org_id = c.org_id AND a.job_id = c.id'),
        ('job_stage', 'JOIN application a ON a.org_id = c.org_id AND a.job_id = c.job_id'),
        ('department', 'JOIN job j ON j.org_id = c.org_id AND j.department_id = c.id JOIN application a ON a.org_id = j.org_id AND a.job_id = j.id'),
        ('office', 'JOIN job j ON j.org_id = c.org_id AND j.office_id = c.id JOIN application a ON a.org_id = j.org_id AND a.job_id = j.id'),
        ('source', 'JOIN application a ON a.org_id = c.org_id AND a.source_id = c.id'),
        ('rejection_reason', 'JOIN application a ON a.org_id = c.org_id AND a.rejection_reason_id = c.id')
    ) AS m (relation, joined) LOOP
        EXECUTE format('CREATE TRIGGER search_inserted AFTER INSERT ON %I REFERENCING NEW TABLE AS changed
            FOR EACH STATEMENT EXECUTE FUNCTION mark_people_changed(%L, ''SELECT FROM changed'')', marked.relation,
            format('SELECT a.org_id, a.person_id FROM changed c %s', marked.joined));
    END LOOP;
END
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE search_change ENABLE ROW LEVEL SECURITY;
    ALTER TABLE search_change FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON search_change TO %I USING (org_id = current_org())', service);
    -- Migrations change rows of every organisation.
    EXECUTE format('CREATE POLICY by_migrations ON search_change FOR INSERT TO %I WITH CHECK (true)', current_user);
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON search_change TO %I', service);
END
$$;
