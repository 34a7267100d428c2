-- People put before reviewers, for one job: who is asked, about whom, and everything that was ever said.

-- Which organisations have reviews: what the worker that reminds and closes goes through.
CREATE TABLE organisation (
    org_id text PRIMARY KEY,
    since timestamptz NOT NULL
);

-- Who is on a job's hiring team, as the newest fact says.
CREATE TABLE job_team (
    org_id text NOT NULL,
    job_id uuid NOT NULL,
    version bigint NOT NULL,
    team uuid[] NOT NULL,
    PRIMARY KEY (org_id, job_id)
);

CREATE TABLE review (
    org_id text NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- What its links and mails say of the job and of whoever asks: as it was when the review was asked for.
    job_title text NOT NULL,
    requested_by uuid NOT NULL,
    requester_name text NOT NULL,
    requester_email text NOT NULL,
    note text,
    due_at timestamptz,
    status text NOT NULL,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    -- The request that asked for it: a repetition finds it.
    asked_under text NOT NULL,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX review_by_request ON review (org_id, asked_under);
CREATE INDEX review_newest ON review (org_id, created_at DESC, id DESC);
CREATE INDEX review_of_job ON review (org_id, job_id, created_at DESC, id DESC);
CREATE INDEX review_open ON review (org_id, id) WHERE closed_at IS NULL;

-- Every link that was ever made: an old one can say what has become of it.
CREATE TABLE link (
    org_id text NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- The request that made it: a repetition finds it.
    made_under text NOT NULL,
    PRIMARY KEY (org_id, id),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);
CREATE INDEX link_of_review ON link (org_id, review_id, reviewer_id);

CREATE TABLE reviewer (
    org_id text NOT NULL,
    review_id uuid NOT NULL,
    user_id uuid NOT NULL,
    position integer NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    -- The newest of their links.
    link_id uuid NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (org_id, review_id, user_id),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id),
    FOREIGN KEY (org_id, link_id) REFERENCES link (org_id, id)
);
CREATE INDEX reviewer_by_user ON reviewer (org_id, user_id, review_id);

CREATE TABLE item (
    org_id text NOT NULL,
    review_id uuid NOT NULL,
    person_id uuid NOT NULL,
    position integer NOT NULL,
    -- The person as they were when the review was asked for.
    profile jsonb NOT NULL,
    PRIMARY KEY (org_id, review_id, person_id),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);

-- What each reviewer says now.
CREATE TABLE verdict (
    org_id text NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    person_id uuid NOT NULL,
    verdict text NOT NULL,
    note text,
    visibility text NOT NULL,
    given_at timestamptz NOT NULL,
    changes integer NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, review_id, reviewer_id, person_id),
    FOREIGN KEY (org_id, review_id, person_id) REFERENCES item (org_id, review_id, person_id),
    FOREIGN KEY (org_id, review_id, reviewer_id) REFERENCES reviewer (org_id, review_id, user_id)
);

-- Everything that was ever said; nothing is changed or removed.
CREATE TABLE verdict_change (
    org_id text NOT NULL,
    verdict_id uuid NOT NULL,
    number integer NOT NULL,
    verdict text NOT NULL,
    note text,
    visibility text NOT NULL,
    given_at timestamptz NOT NULL,
    actor text NOT NULL,
    cause text NOT NULL,
    PRIMARY KEY (org_id, verdict_id, number),
    FOREIGN KEY (org_id, verdict_id) REFERENCES verdict (org_id, id)
);
CREATE UNIQUE INDEX verdict_change_by_request ON verdict_change (org_id, verdict_id, cause);

-- Mails to users: one for each occasion, however often it is found to be due.
CREATE TABLE notice (
    org_id text NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    recipient_id uuid NOT NULL,
    review_id uuid NOT NULL,
    -- The link it is about, or the date it reminds of.
    occasion text NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, review_id, recipient_id, kind, occasion),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);
