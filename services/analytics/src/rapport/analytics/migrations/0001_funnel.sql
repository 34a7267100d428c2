-- The funnel's own picture of the facts. Every column is reached by a maximum, a union or the highest version,
-- so the order in which facts arrive, and a fact that arrives twice, make no difference.

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
    -- Null until the fact that says so has arrived.
    received_at timestamptz,
    job_id uuid NOT NULL,
    job_version bigint NOT NULL,
    -- One bit per rank: the kinds of stage it has entered.
    entered integer NOT NULL,
    status text NOT NULL,
    status_version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX application_by_job ON application (org_id, job_id, received_at);

-- How fresh the picture is.
CREATE TABLE projection (
    org_id text NOT NULL,
    consumer text NOT NULL,
    newest_recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, consumer)
);
