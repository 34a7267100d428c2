-- Who may send from whose mailbox, how much, and who must not be written to.

-- One row for each user in whose name something is sent. Whoever decides whether one more may go now, or grants it,
-- holds it: two messages are never both the last one allowed.
CREATE TABLE sender (
    org_id text NOT NULL,
    user_id uuid NOT NULL,
    -- Nothing goes out before this time, so that a mailbox does not send in bursts.
    free_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

-- One row for each person and for each address. Whoever decides whether they may be written to now, or says that they
-- must not, holds it: what is recorded between the claim and the sending of a message counts.
CREATE TABLE recipient (
    org_id text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (org_id, id)
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

-- What an organisation has set otherwise; what is null is as usual (domain/clearance.py).
CREATE TABLE limits (
    org_id text NOT NULL PRIMARY KEY,
    sender_per_day integer CHECK (sender_per_day >= 0),
    spacing_seconds double precision CHECK (spacing_seconds >= 0),
    person_per_day integer CHECK (person_per_day >= 0),
    person_per_week integer CHECK (person_per_week >= 0)
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
