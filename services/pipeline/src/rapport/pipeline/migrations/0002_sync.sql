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
    -- A run that someone requested: 'full' or 'changes'.
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
    -- When this run began to read the collection, by the database's own clock.
    began_at timestamptz NOT NULL DEFAULT now(),
    -- Where the current run goes on after an interruption.
    next_page text,
    -- Changes since then are still to be read by the next run.
    read_until timestamptz,
    PRIMARY KEY (org_id, connection, collection)
);

-- Records of the ATS that could not be read: skipped, so that those beside them pass, and kept by their id with the
-- reason until they are read after all. Their content is not kept: it may be personal, and the ATS still has it.
CREATE TABLE unread_record (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    external_id text NOT NULL,
    reason text NOT NULL,
    last_seen_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, connection, collection, external_id)
);

-- Records that ended: a list that lags behind does not bring them back. A person's row keeps no more than its id when
-- they are erased; so does this table, which holds nothing personal.
CREATE TABLE ended_record (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    -- deleted, anonymized, merged, or absent (found by a comparison)
    reason text NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Webhook deliveries, stored before they are answered.
CREATE TABLE delivery (
    org_id text NOT NULL,
    connection text NOT NULL,
    delivery_id text NOT NULL,
    action text NOT NULL,
    -- Emptied once applied: nobody needs its text, which names people.
    body bytea NOT NULL,
    received_at timestamptz NOT NULL,
    -- waiting, handled, unknown (kept for the day we understand it), failed (kept with its reason)
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    reason text,
    handled_at timestamptz,
    -- Of a kind that ends something, and could not be applied: the operator is warned until a comparison that began
    -- later has finished.
    unapplied_ending boolean NOT NULL DEFAULT false,
    -- Whom it is about, so that its body goes when the person does.
    person_id uuid,
    traceparent text,
    PRIMARY KEY (org_id, connection, delivery_id)
);
CREATE INDEX delivery_waiting ON delivery (org_id, connection, received_at) WHERE state = 'waiting';
CREATE INDEX delivery_unknown ON delivery (org_id, connection) WHERE state = 'unknown';
CREATE INDEX delivery_unapplied_ending ON delivery (org_id, connection) WHERE unapplied_ending;
CREATE INDEX delivery_by_person ON delivery (org_id, person_id) WHERE person_id IS NOT NULL;

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
    -- waiting, done, echoed (the ATS showed the move before its response arrived), refused
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- When the move took effect, by the ATS's response: its entry in the ATS's history is recognised by that time.
    in_effect_at timestamptz,
    reason text,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX ats_write_waiting ON ats_write (org_id, connection, application_id, requested_at) WHERE state = 'waiting';
CREATE INDEX ats_write_by_application ON ats_write (org_id, application_id, requested_at);

-- A slow comparison of everything with the ATS, beside the reads of changes: it finds what no delivery reported.
CREATE TABLE comparison (
    org_id text NOT NULL,
    connection text NOT NULL,
    -- idle, running, stopped (too much was missing there: an operator decides)
    state text NOT NULL DEFAULT 'idle',
    requested_at timestamptz,
    -- An operator has confirmed that what is missing there is gone, however much it is.
    accept_missing boolean NOT NULL DEFAULT false,
    started_at timestamptz,
    finished_at timestamptz,
    -- Counts the events about drift.
    version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, connection)
);

CREATE TABLE comparison_collection (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    position integer NOT NULL,
    -- waiting, reading, confirming, done, stopped
    state text NOT NULL DEFAULT 'waiting',
    next_page text,
    read bigint NOT NULL DEFAULT 0,
    -- How many we held when it began.
    expected bigint NOT NULL DEFAULT 0,
    began_at timestamptz,
    -- A record on one of its pages could not be identified: what is missing is then unknown.
    partial boolean NOT NULL DEFAULT false,
    missing_there bigint NOT NULL DEFAULT 0,
    missing_here bigint NOT NULL DEFAULT 0,
    different bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, connection, collection)
);

-- What the ATS has listed of a collection so far; deleted when the collection is done.
CREATE TABLE comparison_seen (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (org_id, connection, collection, id)
);

-- A first synchronisation fills empty tables in seconds; until PostgreSQL looks at them by itself, its plans are made
-- for empty tables. The sync calls this after it has read in bulk. It runs as the owner, since services may not
-- analyse tables.
CREATE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, stage_entry_link,
        interview, interviewer, scorecard, board_card, publication;
END
$$;

-- Row-level security on every table, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'sync_run', 'sync_collection', 'unread_record', 'ended_record', 'delivery', 'ats_write',
        'comparison', 'comparison_collection', 'comparison_seen'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
    REVOKE EXECUTE ON FUNCTION refresh_statistics FROM PUBLIC;
    EXECUTE format('GRANT EXECUTE ON FUNCTION refresh_statistics TO %I', service);
END
$$;
