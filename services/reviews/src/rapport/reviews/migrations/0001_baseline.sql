-- People put before reviewers, for one job: who reviews, whom, and every verdict that was ever given.

-- Which organisations have reviews: what the worker that reminds and closes goes through.
CREATE TABLE organisation (
    org_id text PRIMARY KEY,
    since timestamptz NOT NULL
);

-- Who is on a job's hiring team, by the newest event.
CREATE TABLE job_team (
    org_id text NOT NULL,
    job_id uuid NOT NULL,
    version bigint NOT NULL,
    team uuid[] NOT NULL,
    PRIMARY KEY (org_id, job_id)
);

-- Reviews -------------------------------------------------------------------------------------------------------------

CREATE TABLE review (
    org_id text NOT NULL,
    id uuid NOT NULL,
    job_id uuid NOT NULL,
    -- How its links and mails name the job and the requester: as they were when the review was requested.
    job_title text NOT NULL,
    requested_by uuid NOT NULL,
    requester_name text NOT NULL,
    requester_email text NOT NULL,
    note text,
    due_at timestamptz,
    status text NOT NULL,
    version bigint NOT NULL,
    -- At which version of the review its note and its due date were last amended.
    note_version bigint NOT NULL DEFAULT 1,
    due_version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL,
    closed_at timestamptz,
    -- Who cancelled it, as its reviewers read it.
    cancelled_by text,
    -- The key of the request that created it, by which a repetition finds it, and a hash of what that request said: the
    -- same key with other content is not a repetition. The hash goes when texts are erased; then the key alone decides.
    idempotency_key text NOT NULL,
    request_hash bytea,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX review_by_request ON review (org_id, idempotency_key);
CREATE INDEX review_open ON review (org_id, id) WHERE closed_at IS NULL;
-- Each list of reviews finds its page by an index, the newest first; a list of open reviews does not walk past the many
-- closed ones.
CREATE INDEX review_newest ON review (org_id, created_at DESC, id DESC);
CREATE INDEX review_open_newest ON review (org_id, created_at DESC, id DESC) WHERE closed_at IS NULL;
CREATE INDEX review_of_job ON review (org_id, job_id, created_at DESC, id DESC);
CREATE INDEX review_open_of_job ON review (org_id, job_id, created_at DESC, id DESC) WHERE closed_at IS NULL;
CREATE INDEX review_of_requester ON review (org_id, requested_by, created_at DESC, id DESC);
CREATE INDEX review_open_of_requester ON review (org_id, requested_by, created_at DESC, id DESC)
    WHERE closed_at IS NULL;

-- Requests that amended a review that had been sent: a repetition finds its own. Nothing here is about a person.
CREATE TABLE amendment (
    org_id text NOT NULL,
    review_id uuid NOT NULL,
    cause text NOT NULL,
    -- As in review.
    request_hash bytea NOT NULL,
    actor text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, review_id, cause),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);

-- Links and reviewers -------------------------------------------------------------------------------------------------

-- Every link that was ever created: an old one can explain what has become of it.
CREATE TABLE link (
    org_id text NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    revoked_at timestamptz,
    -- The key of the request that created it: a repetition finds it.
    idempotency_key text NOT NULL,
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
    -- When they became a reviewer: later than the review itself if an amendment added them.
    asked_at timestamptz NOT NULL,
    -- The newest of their links.
    link_id uuid NOT NULL,
    finished_at timestamptz,
    PRIMARY KEY (org_id, review_id, user_id),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id),
    FOREIGN KEY (org_id, link_id) REFERENCES link (org_id, id)
);
CREATE INDEX reviewer_by_user ON reviewer (org_id, user_id, review_id);

-- People under review -------------------------------------------------------------------------------------------------

CREATE TABLE item (
    org_id text NOT NULL,
    review_id uuid NOT NULL,
    person_id uuid NOT NULL,
    position integer NOT NULL,
    -- The person as they were when the review was requested.
    profile jsonb NOT NULL,
    PRIMARY KEY (org_id, review_id, person_id),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);
CREATE INDEX item_by_person ON item (org_id, person_id);

-- People who were erased, by id alone: an open page, or a request on its way, brings nothing of them back.
CREATE TABLE erased_person (
    org_id text NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (org_id, person_id)
);

-- Verdicts ------------------------------------------------------------------------------------------------------------

-- Each reviewer's current verdict on each person.
CREATE TABLE verdict (
    org_id text NOT NULL,
    id uuid NOT NULL,
    review_id uuid NOT NULL,
    reviewer_id uuid NOT NULL,
    person_id uuid NOT NULL,
    -- Counts the rows of verdict_change, whose numbers begin at 0.
    version integer NOT NULL,
    verdict text NOT NULL,
    note text,
    visibility text NOT NULL,
    given_at timestamptz NOT NULL,
    -- When the verdict itself was last given or changed, whatever happened to its note since.
    decided_at timestamptz NOT NULL,
    -- Counts changed minds only; edits of the note are counted beside them.
    changes integer NOT NULL,
    note_edits integer NOT NULL,
    -- The row stays, so that its version goes on if another verdict is given.
    taken_back_at timestamptz,
    PRIMARY KEY (org_id, id),
    UNIQUE (org_id, review_id, reviewer_id, person_id),
    FOREIGN KEY (org_id, review_id, person_id) REFERENCES item (org_id, review_id, person_id),
    FOREIGN KEY (org_id, review_id, reviewer_id) REFERENCES reviewer (org_id, review_id, user_id)
);

-- Every verdict that was ever given; but for the erasure of a person's texts, nothing is changed or removed.
CREATE TABLE verdict_change (
    org_id text NOT NULL,
    verdict_id uuid NOT NULL,
    number integer NOT NULL,
    -- given, changed_mind, note_edited or taken_back; for the last, the row holds what was taken back.
    change text NOT NULL,
    verdict text NOT NULL,
    note text,
    visibility text NOT NULL,
    given_at timestamptz NOT NULL,
    actor text NOT NULL,
    cause text NOT NULL,
    -- As in review.
    request_hash bytea,
    PRIMARY KEY (org_id, verdict_id, number),
    FOREIGN KEY (org_id, verdict_id) REFERENCES verdict (org_id, id)
);
CREATE UNIQUE INDEX verdict_change_by_request ON verdict_change (org_id, verdict_id, cause);

-- Mails to users ------------------------------------------------------------------------------------------------------

-- One for each occasion, however often it is found to be due.
CREATE TABLE notification (
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

-- Isolation -----------------------------------------------------------------------------------------------------------
-- Row-level security on every table of the service, bound to the organisation of the request; the system role learns
-- which organisations there are, and nothing of what is erased.
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['organisation', 'job_team', 'review', 'amendment', 'link', 'reviewer', 'item',
                                 'erased_person', 'verdict', 'verdict_change', 'notification'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO %I', bound, service);
    END LOOP;
    EXECUTE format('GRANT UPDATE ON job_team, review, link, reviewer, verdict TO %I', service);
    -- A rebuild deletes what no event supports.
    EXECUTE format('GRANT DELETE ON job_team TO %I', service);
    -- Erasing a person removes their profile and what was written about them; the verdicts stay.
    EXECUTE format('GRANT UPDATE (profile) ON item TO %I', service);
    EXECUTE format('GRANT UPDATE (note, request_hash) ON verdict_change TO %I', service);

    EXECUTE format('CREATE POLICY every_organisation ON organisation FOR SELECT TO %I USING (true)',
                   service || '_system');
    EXECUTE format('GRANT SELECT ON organisation TO %I', service || '_system');
END
$$;
