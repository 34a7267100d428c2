-- Applications are closed, reopened and transferred here, and written to the ATS as moves are.

ALTER TABLE ats_write
    -- move, reject, withdraw, reopen, transfer, hire
    ADD COLUMN action text NOT NULL DEFAULT 'move',
    -- The status that the ATS is expected to have, and the one that the write leads to.
    ADD COLUMN from_status text NOT NULL DEFAULT 'active',
    ADD COLUMN to_status text NOT NULL DEFAULT 'active',
    -- Why it is closed.
    ADD COLUMN reason_id uuid,
    -- To which job it is transferred.
    ADD COLUMN to_job_id uuid,
    -- Which seat is filled, and from when on.
    ADD COLUMN opening_id uuid,
    ADD COLUMN starts_on date,
    -- What was noted, for the ATS; emptied as soon as it is written, refused or not needed any more.
    ADD COLUMN note text;

-- What the ATS refused, if it was not a move: the application is as the ATS has it until somebody decides.
ALTER TABLE application ADD COLUMN refused_action text;

-- Why an application is closed: while the ATS does not know yet that it is, what was said here.
CREATE FUNCTION close_reason_of(a application) RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE
    RETURN CASE WHEN a.sync_state = 'pending' THEN (a.published_details ->> 'close_reason_id')::uuid
        ELSE a.rejection_reason_id END;

CREATE OR REPLACE VIEW application_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id, a.person_id, a.job_id, j.title AS job_title, a.status,
    json_build_object('id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active) AS stage,
    coalesce(c.origin, 'unknown') AS origin, c.name AS source, a.applied_at, a.stage_entered_at, a.last_activity_at,
    a.closed_at, CASE WHEN a.status IN ('rejected', 'withdrawn') THEN r.name END AS close_reason, a.version,
    json_build_object(
        'state', a.sync_state, 'since', a.sync_since, 'reason', a.sync_reason,
        'ats_stage', CASE WHEN a.sync_state = 'conflicted' AND a.refused_action IS NULL AND t.id IS NOT NULL
            THEN json_build_object(
                'id', t.id, 'name', t.name, 'kind', t.kind, 'position', t.position, 'active', t.active) END,
        'refused_action', CASE WHEN a.sync_state = 'conflicted' THEN a.refused_action END
    ) AS sync
FROM application a
JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
JOIN job_stage s ON s.org_id = a.org_id AND s.id = a.stage_id
LEFT JOIN job_stage t ON t.org_id = a.org_id AND t.id = a.ats_stage_id
LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
LEFT JOIN rejection_reason r ON r.org_id = a.org_id AND r.id = close_reason_of(a)
WHERE a.version > 0 AND a.removed_at IS NULL;

-- As before, and what the ATS refused: null for all others, so that cards rendered before are unchanged.
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
    CASE WHEN a.sync_state = 'conflicted' THEN a.refused_action END AS refused_action
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

-- People whom users add to jobs: the ATS creates the application, whose id nobody knows before. Names people by their ids
-- alone; goes with an erased one (queries/crm/erase_crm.sql). A merged record keeps its rows.
CREATE TABLE application_addition (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    person_id uuid NOT NULL,
    job_id uuid NOT NULL,
    user_id uuid NOT NULL,
    requested_at timestamptz NOT NULL,
    -- waiting, done, refused
    state text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    -- An attempt got no answer: whether it was carried out is looked for before the next one.
    unanswered boolean NOT NULL DEFAULT false,
    next_try_at timestamptz NOT NULL,
    finished_at timestamptz,
    -- The ATS's own words.
    reason text,
    application_id uuid,
    cause text NOT NULL,
    traceparent text,
    PRIMARY KEY (org_id, id)
);
CREATE UNIQUE INDEX application_addition_once ON application_addition (org_id, person_id, job_id) WHERE state = 'waiting';
CREATE INDEX application_addition_waiting ON application_addition (org_id, connection, requested_at)
    WHERE state = 'waiting';
CREATE INDEX application_addition_by_person ON application_addition (org_id, person_id, requested_at);

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    ALTER TABLE application_addition ENABLE ROW LEVEL SECURITY;
    ALTER TABLE application_addition FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY by_organisation ON application_addition TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON application_addition TO %I', service);
END
$$;
