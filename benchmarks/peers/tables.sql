-- What the peers read beside pipeline's own tables: the read models of board and feed with a column for each field, for
-- they keep such things in columns. That is better for them than the JSON that pipeline keeps. Made by the superuser.

CREATE TABLE card AS
SELECT b.org_id, b.application_id, b.job_id, b.stage_id, b.stage_entered_at, c.*
FROM board_card b
CROSS JOIN json_to_record(b.card) AS c (
    person_name text, person_title text, person_company text, origin text, source text, last_activity_at timestamptz,
    next_interview_at timestamptz, scorecards_submitted integer, scorecards_due integer, sync text, version integer);
ALTER TABLE card ADD PRIMARY KEY (org_id, application_id);
CREATE INDEX card_in_order ON card (org_id, job_id, stage_id, stage_entered_at, application_id);
CREATE INDEX card_of_stage ON card (org_id, stage_id, stage_entered_at, application_id);

CREATE TABLE feed_entry AS
SELECT a.org_id, a.person_id, a.occurred_at, a.id, e.*
FROM activity a
CROSS JOIN json_to_record(a.entry) AS e (
    kind text, from_stage_id uuid, to_stage_id uuid, review_id uuid, verdict text, message_id uuid);
-- A verdict names its review as well; only a request for a review shows it.
UPDATE feed_entry SET review_id = NULL WHERE kind <> 'review_requested';
ALTER TABLE feed_entry ADD PRIMARY KEY (org_id, person_id, occurred_at, id);

DO $$
DECLARE
    made text;
BEGIN
    FOREACH made IN ARRAY ARRAY['card', 'feed_entry'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', made);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO pipeline USING (org_id = current_org())', made);
        EXECUTE format('GRANT SELECT ON %I TO pipeline', made);
    END LOOP;
END
$$;
ANALYZE;
