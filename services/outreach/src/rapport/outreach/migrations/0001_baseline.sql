-- Messages to people: what is to be sent, what became of it, and what came back.

CREATE TABLE message (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid NOT NULL,
    job_id uuid,
    channel text NOT NULL,
    author_id uuid NOT NULL,
    -- The author's roles when it was written: a grant to a role covers those who had it then.
    author_roles text[] NOT NULL,
    from_user_id uuid NOT NULL,
    -- Names and addresses as they were when it was written; addresses, here and in every table, in their canonical form
    -- (rapport.contracts.addresses), so that they are compared as they are.
    from_name text NOT NULL,
    from_address text NOT NULL,
    to_name text NOT NULL,
    to_address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    -- Its Message-ID, and those of the conversation before it, oldest first.
    mail_id text NOT NULL,
    earlier_mail_ids text[] NOT NULL,
    -- The mail server's own name for it: some servers put it where our Message-ID was.
    relay_id text,
    created_at timestamptz NOT NULL,
    -- As requested; next_try_at is when it is next looked at, null while it waits for a grant or is not scheduled.
    send_at timestamptz NOT NULL,
    next_try_at timestamptz,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    blocker text,
    explanation text,
    -- How often the mail server was unavailable or request_hash to be tried again.
    attempts integer NOT NULL DEFAULT 0,
    -- Who is sending it, until when that is believed, and since when the mail server may have it.
    claim_id uuid,
    claimed_until timestamptz,
    handed_over_at timestamptz,
    sent_at timestamptz,
    version bigint NOT NULL,
    cause text NOT NULL,
    traceparent text,
    -- A hash of what its request said: the same key with other content is not a repetition. It goes when the message's
    -- texts are erased; then the key alone decides.
    request_hash bytea,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX message_due ON message (org_id, next_try_at, id) WHERE state = 'scheduled';
CREATE INDEX message_waiting_for_grant ON message (org_id, from_user_id)
    WHERE state = 'scheduled' AND blocker = 'grant_missing';
CREATE INDEX message_claimed ON message (org_id, claimed_until) WHERE state = 'claimed';
-- Lists, newest first. Viewers who may not read every message read those they wrote, those sent in their name and those
-- about their jobs.
CREATE INDEX message_newest ON message (org_id, created_at, id);
CREATE INDEX message_by_person ON message (org_id, person_id, created_at, id);
CREATE INDEX message_by_state ON message (org_id, state, created_at, id);
CREATE INDEX message_by_author ON message (org_id, author_id, created_at, id);
CREATE INDEX message_by_sender ON message (org_id, from_user_id, created_at, id);
CREATE INDEX message_by_job ON message (org_id, job_id, created_at, id) WHERE job_id IS NOT NULL;
-- How much a sender has sent and a person has received.
CREATE INDEX message_handed_over_by_sender ON message (org_id, from_user_id, handed_over_at)
    WHERE handed_over_at IS NOT NULL;
CREATE INDEX message_handed_over_to_person ON message (org_id, person_id, handed_over_at)
    WHERE handed_over_at IS NOT NULL;
-- Which message an incoming mail replies to.
CREATE INDEX message_by_mail_id ON message (org_id, mail_id);
CREATE INDEX message_by_relay_id ON message (org_id, relay_id) WHERE relay_id IS NOT NULL;
CREATE INDEX message_by_correspondents ON message (org_id, from_address, to_address, handed_over_at)
    WHERE handed_over_at IS NOT NULL;

-- Everything that became of a message, in order; but for the erasure of explanations, never changed.
CREATE TABLE message_event (
    org_id text NOT NULL,
    message_id uuid NOT NULL,
    number integer NOT NULL,
    occurred_at timestamptz NOT NULL,
    state text NOT NULL,
    handed_over boolean NOT NULL,
    blocker text,
    explanation text,
    actor text NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (org_id, message_id, number)
);

-- What came back ------------------------------------------------------------------------------------------------------

CREATE TABLE reply (
    org_id text NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    received_at timestamptz NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    -- What is below the text.
    signature text,
    -- Its Message-ID, if it has one: the conversation goes on from there.
    mail_id text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX reply_by_message ON reply (org_id, message_id, received_at, id);
-- A person who has replied since a message was written is not sent it: looked up whenever one is about to go.
CREATE INDEX reply_by_person ON reply (org_id, person_id, received_at) WHERE kind = 'personal';

-- Mails that had an effect: reading one again has none. Of mails that had none, nothing is kept.
CREATE TABLE processed_mail (
    org_id text NOT NULL,
    fingerprint bytea NOT NULL,
    processed_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, fingerprint)
);

-- Mailboxes from which something was sent: where replies arrive, and how far each was read.
CREATE TABLE mailbox (
    org_id text NOT NULL,
    address text NOT NULL,
    writing_since timestamptz NOT NULL,
    uid_validity bigint,
    last_uid bigint,
    PRIMARY KEY (org_id, address)
);

-- Who may send --------------------------------------------------------------------------------------------------------

-- Who is on which job's hiring team: hiring managers read the messages of their jobs.
CREATE TABLE job (
    org_id text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    team uuid[] NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- One row for each user in whose name something is sent. It is locked to decide whether one more message may go now,
-- and to grant it: two messages are never both the last one allowed.
CREATE TABLE sender (
    org_id text NOT NULL,
    user_id uuid NOT NULL,
    -- Nothing goes out before this time, so that a mailbox does not send in bursts.
    free_at timestamptz NOT NULL,
    -- Until when the mailbox has sent as much as it may: of all messages that wait for that, only as many are looked at
    -- as may go.
    capped_until timestamptz NOT NULL DEFAULT '-infinity',
    PRIMARY KEY (org_id, user_id)
);

CREATE TABLE sending_grant (
    org_id text NOT NULL,
    id uuid NOT NULL,
    granted_by uuid NOT NULL,
    granted_at timestamptz NOT NULL,
    revoked_at timestamptz,
    user_id uuid,
    role text,
    PRIMARY KEY (org_id, id),
    CHECK ((user_id IS NULL) <> (role IS NULL))
);
CREATE UNIQUE INDEX sending_grant_to_user ON sending_grant (org_id, granted_by, user_id)
    WHERE revoked_at IS NULL AND user_id IS NOT NULL;
CREATE UNIQUE INDEX sending_grant_to_role ON sending_grant (org_id, granted_by, role)
    WHERE revoked_at IS NULL AND role IS NOT NULL;
CREATE INDEX sending_grant_newest ON sending_grant (org_id, granted_at, id);

-- What an organisation has set; null stands for the default (domain/clearance.py).
CREATE TABLE limits (
    org_id text NOT NULL PRIMARY KEY,
    sender_per_day integer CHECK (sender_per_day >= 0),
    spacing_seconds double precision CHECK (spacing_seconds >= 0),
    person_per_day integer CHECK (person_per_day >= 0),
    person_per_week integer CHECK (person_per_week >= 0)
);

-- Who must not be written to ------------------------------------------------------------------------------------------

-- One row for each person and for each address. It is locked to decide whether they may be written to now, and to
-- record that they must not: what is recorded between the claim and the sending of a message counts.
CREATE TABLE recipient (
    org_id text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (org_id, id)
);

CREATE TABLE suppression (
    org_id text NOT NULL,
    id uuid NOT NULL,
    person_id uuid,
    address text,
    whole_person boolean NOT NULL,
    reason text NOT NULL,
    recorded_at timestamptz NOT NULL,
    recorded_by uuid,
    message_id uuid,
    lifted_at timestamptz,
    lifted_by uuid,
    version bigint NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX suppression_newest ON suppression (org_id, recorded_at, id);
CREATE INDEX suppression_by_person ON suppression (org_id, person_id, recorded_at, id);

-- The addresses an entry stands for, as salted hashes: they outlive the address itself.
CREATE TABLE suppression_address (
    org_id text NOT NULL,
    address_hash bytea NOT NULL,
    suppression_id uuid NOT NULL,
    PRIMARY KEY (org_id, address_hash, suppression_id)
);

CREATE TABLE salt (
    org_id text NOT NULL PRIMARY KEY,
    salt bytea NOT NULL
);

-- Mails to users ------------------------------------------------------------------------------------------------------

-- In a queue of their own: a flood of messages to people never delays them. Their texts are not here: they may hold
-- links that are secrets, and are fetched when a mail is sent.
CREATE TABLE notification (
    org_id text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    due_at timestamptz NOT NULL,
    -- waiting, sent, dropped (pointless by then), failed (the mail server refused it)
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    next_try_at timestamptz NOT NULL,
    finished_at timestamptz,
    explanation text,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX notification_waiting ON notification (org_id, next_try_at, id) WHERE state = 'waiting';

-- Documents -----------------------------------------------------------------------------------------------------------
-- What requests return, shaped once as JSON-ready rows. The views run with the rights of the role that reads them.

CREATE VIEW message_document WITH (security_invoker = true) AS
SELECT
    m.org_id, m.id, m.person_id, m.job_id, m.channel, m.author_id, m.from_user_id, m.to_address, m.subject, m.body,
    m.state, m.state_since, m.blocker, m.explanation,
    CASE WHEN m.state = 'scheduled' THEN coalesce(m.next_try_at, m.send_at) ELSE m.send_at END AS send_at,
    m.sent_at, m.version, m.created_at,
    (SELECT coalesce(json_agg(a ORDER BY a.received_at, a.id), '[]') FROM (
        SELECT id, message_id, person_id, kind, received_at, subject, text, signature
        FROM reply WHERE org_id = m.org_id AND message_id = m.id
        ORDER BY received_at DESC, id DESC LIMIT 50
     ) a) AS replies
FROM message m;

CREATE VIEW suppression_document WITH (security_invoker = true) AS
SELECT org_id, id, person_id, CASE WHEN NOT whole_person THEN address END AS address, whole_person, reason,
    recorded_at, recorded_by, lifted_at, version
FROM suppression;

CREATE VIEW sending_grant_document WITH (security_invoker = true) AS
SELECT org_id, id, granted_by, granted_at, revoked_at, user_id, role FROM sending_grant;

-- Isolation -----------------------------------------------------------------------------------------------------------
-- Row-level security on every table of the service, bound to the organisation of the request.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY[
        'message', 'message_event', 'reply', 'processed_mail', 'mailbox', 'job', 'sender', 'sending_grant', 'limits',
        'recipient', 'suppression', 'suppression_address', 'salt', 'notification'
    ] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT UPDATE ON message, mailbox, job, sender, sending_grant, limits, recipient, suppression,'
        || ' notification TO %I', service);
    -- A rebuild deletes what no event supports.
    EXECUTE format('GRANT DELETE ON job TO %I', service);
    -- Erasing a person removes names, addresses and texts; what happened stays. What mail servers say may quote an
    -- address.
    EXECUTE format('GRANT UPDATE (person_id, subject, text, signature, mail_id) ON reply TO %I', service);
    EXECUTE format('GRANT UPDATE (explanation) ON message_event TO %I', service);
    EXECUTE format('GRANT SELECT ON message_document, suppression_document, sending_grant_document TO %I', service);
END
$$;
