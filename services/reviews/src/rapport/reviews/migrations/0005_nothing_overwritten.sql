-- Nothing is overwritten unseen: verdicts have versions, a note's edit is told from a changed mind, a verdict can be
-- taken back, and a review that was sent can be amended.
ALTER TABLE verdict NO FORCE ROW LEVEL SECURITY;
ALTER TABLE verdict_change NO FORCE ROW LEVEL SECURITY;
ALTER TABLE review NO FORCE ROW LEVEL SECURITY;
ALTER TABLE reviewer NO FORCE ROW LEVEL SECURITY;

ALTER TABLE verdict_change
    -- given, changed_mind, note_edited or taken_back; of the last, the row holds what was taken back.
    ADD COLUMN change text,
    -- What the request asked for, as a hash: the same key with anything else is not a repetition. Those from before
    -- have none, and are taken for what they are asked as.
    ADD COLUMN asked bytea;

UPDATE verdict_change c SET change = CASE
    WHEN c.number = 0 THEN 'given'
    WHEN c.verdict = p.verdict THEN 'note_edited'
    ELSE 'changed_mind' END
FROM verdict_change n
LEFT JOIN verdict_change p ON p.org_id = n.org_id AND p.verdict_id = n.verdict_id AND p.number = n.number - 1
WHERE n.org_id = c.org_id AND n.verdict_id = c.verdict_id AND n.number = c.number;
ALTER TABLE verdict_change ALTER COLUMN change SET NOT NULL;

ALTER TABLE verdict
    -- Counts the rows of verdict_change, whose numbers begin at 0.
    ADD COLUMN version integer,
    -- Beside changes, which counts changed minds only.
    ADD COLUMN note_edits integer,
    ADD COLUMN decided_at timestamptz,
    -- The row stays, so that its version goes on if another verdict is given.
    ADD COLUMN taken_back_at timestamptz;
UPDATE verdict v SET
    version = v.changes + 1,
    changes = h.changes,
    note_edits = h.note_edits,
    decided_at = h.decided_at
FROM (
    SELECT org_id, verdict_id, count(*) FILTER (WHERE change = 'changed_mind') AS changes,
        count(*) FILTER (WHERE change = 'note_edited') AS note_edits,
        max(given_at) FILTER (WHERE change <> 'note_edited') AS decided_at
    FROM verdict_change GROUP BY org_id, verdict_id) h
WHERE h.org_id = v.org_id AND h.verdict_id = v.id;
ALTER TABLE verdict
    ALTER COLUMN version SET NOT NULL,
    ALTER COLUMN note_edits SET NOT NULL,
    ALTER COLUMN decided_at SET NOT NULL;

ALTER TABLE review
    -- What was asked for, as a hash; see verdict_change.asked.
    ADD COLUMN asked bytea,
    -- At which version of the review its note and its due date were last amended.
    ADD COLUMN note_version bigint NOT NULL DEFAULT 1,
    ADD COLUMN due_version bigint NOT NULL DEFAULT 1,
    -- Who called it off, as its reviewers are told.
    ADD COLUMN cancelled_by text;

ALTER TABLE reviewer ADD COLUMN asked_at timestamptz;
UPDATE reviewer v SET asked_at = r.created_at FROM review r WHERE r.org_id = v.org_id AND r.id = v.review_id;
ALTER TABLE reviewer ALTER COLUMN asked_at SET NOT NULL;

ALTER TABLE verdict FORCE ROW LEVEL SECURITY;
ALTER TABLE verdict_change FORCE ROW LEVEL SECURITY;
ALTER TABLE review FORCE ROW LEVEL SECURITY;
ALTER TABLE reviewer FORCE ROW LEVEL SECURITY;

-- Requests that amended a review that had been sent: a repetition finds its own. Nothing here is about a person.
CREATE TABLE amendment (
    org_id text NOT NULL,
    review_id uuid NOT NULL,
    cause text NOT NULL,
    asked bytea NOT NULL,
    actor text NOT NULL,
    made_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, review_id, cause),
    FOREIGN KEY (org_id, review_id) REFERENCES review (org_id, id)
);
ALTER TABLE amendment ENABLE ROW LEVEL SECURITY;
ALTER TABLE amendment FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON amendment TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT ON amendment TO %I', service);
END
$$;
