-- What a board is filtered and ordered by.

-- As before, and who looks after the person.
CREATE OR REPLACE VIEW card_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id AS application_id, a.person_id, a.job_id, a.stage_id,
    trim(coalesce(p.first_name, '') || ' ' || coalesce(p.last_name, '')) AS person_name,
    p.title AS person_title, p.company AS person_company,
    coalesce(c.origin, 'unknown') AS origin, c.name AS source, a.stage_entered_at, a.last_activity_at,
    i.next_interview_at,
    (SELECT count(*) FROM scorecard k
     WHERE k.org_id = a.org_id AND k.application_id = a.id AND k.submitted_at IS NOT NULL) AS scorecards_submitted,
    coalesce(i.scorecards_due, 0) AS scorecards_due,
    a.sync_state AS sync,
    CASE WHEN a.sync_state = 'conflicted' AND a.refused_action IS NULL THEN a.ats_stage_id END AS ats_stage_id,
    a.version,
    -- When the passage of time alone will change this card: an interview begins or ends.
    i.changes_at,
    CASE WHEN a.sync_state = 'conflicted' THEN a.sync_reason END AS sync_reason,
    CASE WHEN p.is_private THEN true END AS private,
    CASE WHEN a.sync_state = 'conflicted' THEN a.refused_action END AS refused_action,
    p.recruiter_id, p.coordinator_id
FROM application a
LEFT JOIN LATERAL (
    SELECT
        min(w.starts_at) FILTER (WHERE w.status = 'scheduled' AND w.starts_at > now()) AS next_interview_at,
        count(*) FILTER (WHERE w.ends_at <= now() AND v.id IS NOT NULL AND k.id IS NULL) AS scorecards_due,
        least(min(w.starts_at) FILTER (WHERE w.starts_at > now()), min(w.ends_at) FILTER (WHERE w.ends_at > now()))
            AS changes_at
    FROM interview w
    LEFT JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id
    LEFT JOIN scorecard k ON k.org_id = w.org_id AND k.application_id = w.application_id AND k.interview_id = w.id
        AND k.user_id = v.user_id AND k.submitted_at IS NOT NULL
    WHERE w.org_id = a.org_id AND w.application_id = a.id
) i ON true
LEFT JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
WHERE a.status = 'active' AND a.removed_at IS NULL AND p.deleted_at IS NULL;

-- As before, and every reason once.
CREATE OR REPLACE FUNCTION card_attention(application uuid) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN count(*) > 0 THEN json_build_object(
        'red', count(*) FILTER (WHERE f.severity = 'red'),
        'yellow', count(*) FILTER (WHERE f.severity = 'yellow'),
        'first', (array_agg(json_build_object(
            'reason', f.reason, 'severity', f.severity, 'since', f.since, 'red_at', f.red_at, 'owner_id', f.owner_id
        ) ORDER BY f.severity, f.yellow_at, f.reason, f.subject_id))[1],
        'reasons', json_agg(DISTINCT f.reason)
    ) END
    FROM attention_flag f WHERE f.application_id = application AND f.snoozed_until IS NULL
$$;

DO $$
DECLARE
    bound text;
    read text[] := ARRAY[
        'board_card', 'application', 'person', 'source', 'interview', 'interviewer', 'scorecard', 'attention_flag'];
BEGIN
    FOREACH bound IN ARRAY read LOOP
        EXECUTE format('ALTER TABLE %I NO FORCE ROW LEVEL SECURITY', bound);
    END LOOP;
    UPDATE board_card b SET card = row_to_json(d), attention = card_attention(b.application_id)
    FROM card_document d WHERE d.org_id = b.org_id AND d.application_id = b.application_id;
    FOREACH bound IN ARRAY read LOOP
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
    END LOOP;
END
$$;

ALTER TABLE board_card
    ADD COLUMN about text NOT NULL GENERATED ALWAYS AS (search_text(
        coalesce(card ->> 'person_name', '') || ' ' || coalesce(card ->> 'person_title', '') || ' '
        || coalesce(card ->> 'person_company', ''))) STORED,
    ADD COLUMN source text GENERATED ALWAYS AS (card ->> 'source') STORED,
    ADD COLUMN origin text GENERATED ALWAYS AS (card ->> 'origin') STORED,
    ADD COLUMN recruiter_id uuid GENERATED ALWAYS AS ((card ->> 'recruiter_id')::uuid) STORED,
    ADD COLUMN coordinator_id uuid GENERATED ALWAYS AS ((card ->> 'coordinator_id')::uuid) STORED;
