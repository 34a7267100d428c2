-- Who is in touch with a person follows from the messages that were handed over and from the takeovers here.

CREATE TABLE takeover (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- Whom it was said of: after a merge is undone, it holds for them.
    record_id uuid NOT NULL,
    -- Who is in touch from then on.
    user_id uuid NOT NULL,
    recorded_by uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    reason text NOT NULL,
    -- The request that the owner accepted, if it was one.
    request_id uuid,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX takeover_by_person ON takeover (org_id, person_id, recorded_at);

CREATE TABLE takeover_request (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    record_id uuid NOT NULL,
    -- Who is asked: who was in touch then. Once somebody else is, there is nothing to answer any more.
    owner_id uuid NOT NULL,
    requested_by uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    note text NOT NULL,
    answered_at timestamptz,
    accepted boolean,
    PRIMARY KEY (org_id, id),
    CHECK ((answered_at IS NULL) = (accepted IS NULL))
);
CREATE INDEX takeover_request_by_person ON takeover_request (org_id, person_id);
CREATE INDEX takeover_request_to_answer ON takeover_request (org_id, owner_id) WHERE answered_at IS NULL;

-- How many days a user owns a person after the first, the second and every further message; none: nobody owns anybody.
ALTER TABLE limits ADD COLUMN ownership_days integer[] CHECK (0 < ALL (ownership_days));

-- What waits until nobody else is in touch with its person.
CREATE INDEX message_waiting_for_owner ON message (org_id, person_id) WHERE state = 'scheduled' AND blocker = 'owned';

-- The request that its recipient is told of.
ALTER TABLE notification ADD COLUMN takeover_request_id uuid;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['takeover', 'takeover_request'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    -- They move with their person, and an erasure takes what users wrote about them.
    EXECUTE format('GRANT UPDATE (person_id, reason) ON takeover TO %I', service);
    EXECUTE format('GRANT UPDATE (person_id, note, answered_at, accepted) ON takeover_request TO %I', service);
END
$$;
