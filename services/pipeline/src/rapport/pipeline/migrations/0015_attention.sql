-- What needs attention: when people work, how long they may take, which applications are to be looked at and when, and
-- the flags that events told of. Flags name the application alone, and are deleted when it ends; a snooze's note, which
-- a user wrote, goes with them.

-- Of a user, or of all who have none of their own.
CREATE TABLE working_hours (
    org_id text NOT NULL,
    user_id uuid,
    zone text NOT NULL,
    -- Monday is 1.
    weekdays integer[] NOT NULL,
    begins time NOT NULL,
    ends time NOT NULL,
    -- Whose public holidays are free.
    country text,
    subdivision text,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (org_id, user_id),
    CHECK (begins < ends)
);

CREATE TABLE absence (
    org_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    CHECK (first_day <= last_day)
);
CREATE INDEX absence_by_user ON absence (org_id, user_id, last_day);

-- Of a job, or of all jobs that have none of their own; hours or days of working time, as the reason has it.
CREATE TABLE attention_threshold (
    org_id text NOT NULL,
    job_id uuid,
    reason text NOT NULL,
    yellow double precision NOT NULL,
    red double precision NOT NULL,
    changed_by uuid NOT NULL,
    changed_at timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (org_id, job_id, reason),
    CHECK (0 <= yellow AND yellow <= red)
);

CREATE TABLE attention_due (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    -- '-infinity' if something has changed.
    due_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, application_id)
);
CREATE INDEX attention_due_in_order ON attention_due (org_id, due_at);

CREATE TABLE attention_flag (
    org_id text NOT NULL,
    application_id uuid NOT NULL,
    -- Derived from what makes it: application, reason and subject.
    id uuid NOT NULL,
    reason text NOT NULL,
    -- The interviewer's part or the offer that it is about; all zeros if it is about the application.
    subject_id uuid NOT NULL,
    job_id uuid NOT NULL,
    owner_id uuid,
    since timestamptz NOT NULL,
    yellow_at timestamptz NOT NULL,
    red_at timestamptz,
    severity text NOT NULL,
    raised_at timestamptz NOT NULL,
    snoozed_until timestamptz,
    snoozed_by uuid,
    snooze_note text,
    PRIMARY KEY (org_id, application_id, reason, subject_id)
);
CREATE UNIQUE INDEX attention_flag_by_id ON attention_flag (org_id, id);
CREATE INDEX attention_flag_in_order ON attention_flag (org_id, severity, yellow_at, id);
CREATE INDEX attention_flag_by_owner ON attention_flag (org_id, owner_id, severity, yellow_at, id);
CREATE INDEX attention_flag_by_job ON attention_flag (org_id, job_id, severity, yellow_at, id);

-- What cards show of it.
ALTER TABLE board_card
    ADD COLUMN attention json,
    ADD COLUMN red integer NOT NULL GENERATED ALWAYS AS (coalesce((attention ->> 'red')::integer, 0)) STORED,
    ADD COLUMN yellow integer NOT NULL GENERATED ALWAYS AS (coalesce((attention ->> 'yellow')::integer, 0)) STORED;
CREATE INDEX board_card_late ON board_card (org_id, job_id, stage_id, red, yellow) WHERE red > 0 OR yellow > 0;

-- How many flags there are that are not snoozed, and the one that matters most.
CREATE FUNCTION card_attention(application uuid) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 0 THEN json_build_object(
        'red', count(*) FILTER (WHERE f.severity = 'red'),
        'yellow', count(*) FILTER (WHERE f.severity = 'yellow'),
        'first', (array_agg(json_build_object(
            'reason', f.reason, 'severity', f.severity, 'since', f.since, 'red_at', f.red_at, 'owner_id', f.owner_id
        ) ORDER BY f.severity, f.yellow_at, f.reason, f.subject_id))[1]
    ) END
    FROM attention_flag f WHERE f.application_id = application AND f.snoozed_until IS NULL
$$;

-- A card as it is passed on.
CREATE FUNCTION shown_card(card json, attention json) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN attention IS NULL THEN card::text
        ELSE left(card::text, -1) || ',"attention":' || attention::text || '}' END;

-- Active applications that nobody has looked at.
ALTER TABLE board_card NO FORCE ROW LEVEL SECURITY;
INSERT INTO attention_due (org_id, application_id, due_at) SELECT org_id, application_id, '-infinity' FROM board_card;
ALTER TABLE board_card FORCE ROW LEVEL SECURITY;

-- A flag with what is shown of it.
CREATE VIEW flag_document WITH (security_invoker = true) AS
SELECT
    f.org_id, f.id, f.application_id, a.person_id, f.job_id, a.stage_id, f.reason, f.severity, f.since, f.yellow_at,
    f.red_at, f.owner_id, f.raised_at, f.snoozed_until, f.snoozed_by, f.snooze_note
FROM attention_flag f
JOIN application a ON a.org_id = f.org_id AND a.id = f.application_id
WHERE a.status = 'active' AND a.removed_at IS NULL;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    EXECUTE format('GRANT SELECT ON flag_document TO %I', service);
    FOREACH bound IN ARRAY ARRAY['working_hours', 'absence', 'attention_threshold', 'attention_due', 'attention_flag'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
END
$$;
