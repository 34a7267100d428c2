-- How each connection to an ATS is doing, what came from it, and what has to be written to it.

CREATE TABLE sync_run (
    org_id text NOT NULL,
    connection text NOT NULL,
    kind text NOT NULL,
    phase text NOT NULL,
    "full" boolean NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    error text,
    -- A run that someone asked for: 'full' or 'changes'.
    requested text,
    PRIMARY KEY (org_id, connection)
);

CREATE TABLE sync_collection (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    position integer NOT NULL,
    records bigint NOT NULL DEFAULT 0,
    done boolean NOT NULL DEFAULT false,
    -- Where the current run goes on after an interruption.
    next_page text,
    -- Changes since then are still to be read by the next run.
    read_until timestamptz,
    PRIMARY KEY (org_id, connection, collection)
);

-- Webhook deliveries, stored before they are answered.
CREATE TABLE delivery (
    org_id text NOT NULL,
    connection text NOT NULL,
    delivery_id text NOT NULL,
    action text NOT NULL,
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    -- waiting, handled, unknown (kept for the day we understand it), failed (kept with its reason)
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    reason text,
    handled_at timestamptz,
    traceparent text,
    PRIMARY KEY (org_id, connection, delivery_id)
);
CREATE INDEX delivery_waiting ON delivery (org_id, connection, received_at) WHERE state = 'waiting';
CREATE INDEX delivery_unknown ON delivery (org_id, connection) WHERE state = 'unknown';

-- Moves on their way to the ATS, one at a time per application, in order.
CREATE TABLE ats_write (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    application_id uuid NOT NULL,
    -- The stage the ATS is expected to have it in.
    from_stage_id uuid NOT NULL,
    to_stage_id uuid NOT NULL,
    user_id uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    -- waiting, done, echoed (the ATS told us before its answer did), refused
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    finished_at timestamptz,
    reason text,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX ats_write_waiting ON ats_write (org_id, connection, application_id, requested_at) WHERE state = 'waiting';
CREATE INDEX ats_write_by_application ON ats_write (org_id, application_id, requested_at);
