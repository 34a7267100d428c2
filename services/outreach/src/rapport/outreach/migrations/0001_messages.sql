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
    -- Names and addresses as they were when it was written.
    from_name text NOT NULL,
    from_address text NOT NULL,
    to_name text NOT NULL,
    to_address text NOT NULL,
    subject text NOT NULL,
    body text NOT NULL,
    -- Its Message-ID, and those of the conversation before it, oldest first.
    mail_id text NOT NULL,
    earlier_mail_ids text[] NOT NULL,
    created_at timestamptz NOT NULL,
    -- As asked for; next_try_at is when it is looked at next, null while it waits for a grant or is not scheduled.
    send_at timestamptz NOT NULL,
    next_try_at timestamptz,
    state text NOT NULL,
    state_since timestamptz NOT NULL,
    obstacle text,
    explanation text,
    -- How often the mail server was away or asked to be asked again.
    attempts integer NOT NULL DEFAULT 0,
    -- Who is sending it, until when that is believed, and since when the mail server may have it.
    claim_id uuid,
    claimed_until timestamptz,
    handed_over_at timestamptz,
    sent_at timestamptz,
    version bigint NOT NULL,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX message_due ON message (org_id, next_try_at, id) WHERE state = 'scheduled';
CREATE INDEX message_waiting_for_grant ON message (org_id, from_user_id)
    WHERE state = 'scheduled' AND obstacle = 'grant_missing';
CREATE INDEX message_claimed ON message (org_id, claimed_until) WHERE state = 'claimed';
CREATE INDEX message_newest ON message (org_id, created_at, id);
CREATE INDEX message_by_person ON message (org_id, person_id, created_at, id);
CREATE INDEX message_by_state ON message (org_id, state, created_at, id);
CREATE INDEX message_by_mail_id ON message (org_id, mail_id);
CREATE INDEX message_handed_over_by_sender ON message (org_id, from_user_id, handed_over_at)
    WHERE handed_over_at IS NOT NULL;
CREATE INDEX message_handed_over_to_person ON message (org_id, person_id, handed_over_at)
    WHERE handed_over_at IS NOT NULL;
CREATE INDEX message_by_correspondents ON message (org_id, lower(from_address), lower(to_address), handed_over_at)
    WHERE handed_over_at IS NOT NULL;

-- Everything that became of a message, in order; never changed.
CREATE TABLE message_event (
    org_id text NOT NULL,
    message_id uuid NOT NULL,
    number integer NOT NULL,
    occurred_at timestamptz NOT NULL,
    state text NOT NULL,
    handed_over boolean NOT NULL,
    obstacle text,
    explanation text,
    actor text NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (org_id, message_id, number)
);

CREATE TABLE answer (
    org_id text NOT NULL,
    id uuid NOT NULL,
    message_id uuid NOT NULL,
    person_id uuid NOT NULL,
    kind text NOT NULL,
    received_at timestamptz NOT NULL,
    subject text NOT NULL,
    text text NOT NULL,
    -- Its Message-ID, if it has one: the conversation goes on from there.
    mail_id text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX answer_by_message ON answer (org_id, message_id, received_at, id);

-- Mails that had an effect: reading one again has none. Of mails that had none, nothing is kept.
CREATE TABLE mail_taken (
    org_id text NOT NULL,
    fingerprint bytea NOT NULL,
    taken_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, fingerprint)
);

-- Mailboxes from which something was sent: where answers land, and how far each was read.
CREATE TABLE mailbox (
    org_id text NOT NULL,
    address text NOT NULL,
    writing_since timestamptz NOT NULL,
    uid_validity bigint,
    last_uid bigint,
    PRIMARY KEY (org_id, address)
);

-- Who is on which job's hiring team: hiring managers read the messages of their jobs.
CREATE TABLE job (
    org_id text NOT NULL,
    id uuid NOT NULL,
    version bigint NOT NULL,
    team uuid[] NOT NULL,
    PRIMARY KEY (org_id, id)
);
