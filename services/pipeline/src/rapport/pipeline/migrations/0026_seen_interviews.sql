-- Who has seen what came of an interview: people look at it before anybody decides, and the ATS keeps nothing of it.

CREATE TABLE interview_seen (
    org_id text NOT NULL,
    interview_id uuid NOT NULL,
    user_id uuid NOT NULL,
    seen_at timestamptz NOT NULL,
    -- How many scorecards were in: the ATS's clock does not say whether one of them was here by then.
    scorecards bigint NOT NULL,
    PRIMARY KEY (org_id, interview_id, user_id),
    -- An interview that is called off or erased takes with it who saw what came of it.
    FOREIGN KEY (org_id, interview_id) REFERENCES interview ON DELETE CASCADE
);

-- What came of interviews: whether there is anything yet, and how much.
CREATE VIEW interview_outcome WITH (security_invoker = true) AS
SELECT w.org_id, w.id, w.application_id, o.over_at, k.scorecards, o.is_over OR k.scorecards > 0 AS has_outcome
FROM interview w
CROSS JOIN LATERAL (
    -- The ATS may say that it is over before its time, and is slow to say so afterwards.
    SELECT CASE WHEN coalesce(w.ends_at, w.starts_at) <= now() THEN coalesce(w.ends_at, w.starts_at) END AS over_at,
        w.status IN ('awaiting_feedback', 'complete')
            OR w.status = 'scheduled' AND coalesce(coalesce(w.ends_at, w.starts_at) <= now(), false) AS is_over
) o
CROSS JOIN LATERAL (
    SELECT count(*) AS scorecards FROM scorecard k
    WHERE k.org_id = w.org_id AND k.application_id = w.application_id AND k.interview_id = w.id
        AND k.submitted_at IS NOT NULL
) k;

-- When a user marked all that came of an interview as seen; null if they did not, or more came since.
CREATE FUNCTION outcome_seen_at(viewer uuid, o interview_outcome) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT s.seen_at FROM interview_seen s
    WHERE s.interview_id = o.id AND s.user_id = viewer AND s.scorecards >= o.scorecards
        AND s.seen_at >= coalesce(o.over_at, '-infinity')
$$;

-- Whether a user owes a scorecard about an application: what others say is hidden from them.
CREATE FUNCTION owes_scorecard(viewer uuid, application uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM interview w
        JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id AND v.user_id = viewer
        WHERE w.application_id = application AND NOT EXISTS (
            SELECT 1 FROM scorecard k
            WHERE k.org_id = w.org_id AND k.application_id = w.application_id AND k.interview_id = w.id
                AND k.user_id = viewer AND k.submitted_at IS NOT NULL))
$$;

-- Who has marked the outcome of an application's interviews, or of one of them, as seen since a moment.
CREATE FUNCTION seen_by(application uuid, of_interview uuid, since timestamptz) RETURNS json LANGUAGE sql STABLE AS $$
    SELECT coalesce(json_agg(json_build_object(
        'user', json_build_object('id', u.id, 'name', u.name, 'email', u.email), 'seen_at', x.seen_at
    ) ORDER BY x.seen_at DESC, u.id), '[]')
    FROM (
        SELECT s.org_id, s.user_id, max(s.seen_at) AS seen_at
        FROM interview w JOIN interview_seen s ON s.org_id = w.org_id AND s.interview_id = w.id
        WHERE w.application_id = application AND (of_interview IS NULL OR w.id = of_interview) AND s.seen_at >= since
        GROUP BY s.org_id, s.user_id ORDER BY max(s.seen_at) DESC, s.user_id LIMIT 20
    ) x JOIN user_account u ON u.org_id = x.org_id AND u.id = x.user_id
$$;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('GRANT SELECT ON interview_outcome TO %I', service);
    ALTER TABLE interview_seen ENABLE ROW LEVEL SECURITY;
    ALTER TABLE interview_seen FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON interview_seen TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON interview_seen TO %I', service);
END
$$;
