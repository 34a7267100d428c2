-- A conflict can be settled for the stage that the application has here, and follows the ATS while it lasts.

-- The version of the transition that is written once more: the ATS refused it, and a user decided to keep it.
ALTER TABLE ats_write ADD COLUMN repeats bigint;

-- Where the ATS has it, as events last said it of the present conflict: if the ATS moves it on, that is published too.
ALTER TABLE application ADD COLUMN conflict_stage_id uuid;

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
    CASE WHEN a.sync_state = 'conflicted' THEN a.ats_stage_id END AS ats_stage_id,
    a.version,
    -- When the passage of time alone will change this card: an interview begins or ends.
    i.changes_at,
    CASE WHEN a.sync_state = 'conflicted' THEN a.sync_reason END AS sync_reason
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
