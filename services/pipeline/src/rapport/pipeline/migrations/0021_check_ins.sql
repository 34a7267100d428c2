-- Check-ins: a job's team looks at the job together from time to time, and agrees on what to do until the next time.

CREATE TABLE check_in (
    org_id text NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    held_by uuid NOT NULL,
    held_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX check_in_newest_first ON check_in (org_id, job_id, held_at DESC);

CREATE TABLE agreed_action (
    org_id text NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- Null once it named somebody who was erased.
    text text,
    owner_id uuid NOT NULL,
    due_on date NOT NULL,
    agreed_by uuid NOT NULL,
    agreed_at timestamptz NOT NULL,
    done_by uuid,
    done_at timestamptz,
    -- Counts the events about it.
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK ((done_by IS NULL) = (done_at IS NULL))
);
CREATE INDEX agreed_action_open ON agreed_action (org_id, job_id, due_on, id) WHERE done_at IS NULL;
CREATE INDEX agreed_action_done ON agreed_action (org_id, job_id, done_at DESC, id) WHERE done_at IS NOT NULL;
CREATE INDEX agreed_action_by_owner ON agreed_action (org_id, owner_id, due_on, id) WHERE done_at IS NULL;
-- An action is erased by the jobs of the person whom it names.
CREATE INDEX agreed_action_with_text ON agreed_action (org_id, job_id) WHERE text IS NOT NULL;

-- What was done to find people is counted for a job as well.
CREATE INDEX sourcing_activity_by_job ON sourcing_activity (org_id, job_id, kind, profile, occurred_at)
    WHERE job_id IS NOT NULL;
CREATE INDEX sourcing_outcome_by_job ON sourcing_outcome (org_id, job_id, kind, person_id, occurred_at)
    WHERE job_id IS NOT NULL;

CREATE VIEW agreed_action_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id, a.job_id, a.text, a.owner_id, a.due_on, a.agreed_by, a.agreed_at, a.done_by, a.done_at,
    (SELECT count(*) FROM check_in c
     WHERE c.org_id = a.org_id AND c.job_id = a.job_id AND c.held_at > a.agreed_at
        AND c.held_at < coalesce(a.done_at, 'infinity')) AS carried_over,
    a.version
FROM agreed_action a;

-- Whether a name stands in a text: as words of it, ignoring case, accents and punctuation. In scripts that write no
-- spaces between words, anywhere.
CREATE FUNCTION names_somebody(value text, name text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT length(n.words) > 1 AND CASE
        WHEN n.words ~ '[^ -~]' THEN position(n.words IN t.words) > 0
        ELSE position(' ' || n.words || ' ' IN ' ' || t.words || ' ') > 0 END
    FROM (SELECT trim(regexp_replace(search_text(name), '[[:space:][:punct:]]+', ' ', 'g')) AS words) n,
        (SELECT regexp_replace(search_text(value), '[[:space:][:punct:]]+', ' ', 'g') AS words) t
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    EXECUTE format('GRANT SELECT ON agreed_action_document TO %I', service);
    FOREACH bound IN ARRAY ARRAY['check_in', 'agreed_action'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT UPDATE ON agreed_action TO %I', service);
END
$$;
