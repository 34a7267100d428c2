-- The funnel's read model. Every column is reached by a maximum, a union or the highest version, so the order in which
-- events arrive, and an event that arrives twice, make no difference.

CREATE TABLE job (
    org_id text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    -- The kinds of its stages, in funnel order, as ranks from 0 (contacted) to 7 (hired).
    kinds smallint[] NOT NULL,
    team uuid[] NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE application (
    org_id text NOT NULL,
    id uuid NOT NULL,
    -- Null until the event that carries it has arrived.
    received_at timestamptz,
    job_id uuid NOT NULL,
    job_version bigint NOT NULL,
    -- One bit per rank: the kinds of stage it has entered, the union of its effective entries in `entered`.
    entered integer NOT NULL,
    status text NOT NULL,
    status_version bigint NOT NULL,
    -- An application that the ATS no longer has was a mistake: it is not counted, unless it is restored. One that was
    -- removed with its person happened, and stays counted.
    removed boolean NOT NULL DEFAULT false,
    removed_version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX application_by_job ON application (org_id, job_id, received_at);

-- What an application has entered, move by move: a move that the ATS refused does not count, and may yet be carried
-- out. A move and its settlement may arrive in either order.
CREATE TABLE entered (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    -- The aggregate version of the move's event.
    version bigint NOT NULL,
    -- Null until that event has arrived.
    rank smallint,
    effective boolean NOT NULL DEFAULT true,
    settled_version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, application_id, version)
);

-- How fresh the read model is.
CREATE TABLE projection (
    org_id text NOT NULL,
    consumer text NOT NULL,
    newest_recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, consumer)
);

-- Row-level security on every table of the service, bound to the organisation of the request. A rebuild corrects what
-- differs, and deletes what no event supports.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['job', 'application', 'entered', 'projection'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
END
$$;
