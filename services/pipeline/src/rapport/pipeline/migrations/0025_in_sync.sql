-- When what is shown was last as the ATS has it; who interviews somebody sees them; agreed actions are removed; whoever
-- is added to a job alone goes before hundreds; and what needs attention is looked at in bulk as fast as alone.

-- When the last run that has finished began: whatever the ATS had then is here. What it has changed since is not said.
ALTER TABLE sync_run ADD COLUMN in_sync_at timestamptz;
ALTER TABLE sync_run NO FORCE ROW LEVEL SECURITY;
UPDATE sync_run SET in_sync_at = started_at WHERE phase = 'idle';
ALTER TABLE sync_run FORCE ROW LEVEL SECURITY;

-- The same of a job's connection.
CREATE FUNCTION in_sync_at(of_job uuid) RETURNS timestamptz LANGUAGE sql STABLE AS $$
    SELECT r.in_sync_at FROM job j JOIN sync_run r ON r.org_id = j.org_id AND r.connection = j.connection
    WHERE j.id = of_job
$$;

-- As before, and when it was last in sync.
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
        'refused_action', CASE WHEN a.sync_state = 'conflicted' THEN a.refused_action END,
        'last_synced_at', CASE WHEN a.sync_state = 'synced' THEN greatest(
            CASE WHEN NOT a.unreconciled THEN greatest(a.sync_since, a.ats_updated_at) END,
            (SELECT r.in_sync_at FROM sync_run r WHERE r.org_id = a.org_id AND r.connection = a.connection)) END
    ) AS sync
FROM application a
JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
JOIN job_stage s ON s.org_id = a.org_id AND s.id = a.stage_id
LEFT JOIN job_stage t ON t.org_id = a.org_id AND t.id = a.ats_stage_id
LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
LEFT JOIN rejection_reason r ON r.org_id = a.org_id AND r.id = close_reason_of(a)
WHERE a.version > 0 AND a.removed_at IS NULL;

-- As before, and when it was last in sync. Cards that were rendered before say nothing of it.
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
    p.recruiter_id, p.coordinator_id,
    -- As far as is known of it alone: what was read of all since is said of all.
    CASE WHEN a.sync_state = 'synced' AND NOT a.unreconciled THEN greatest(a.sync_since, a.ats_updated_at) END
        AS synced_at
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

-- A card as it is passed on, with until when everything was read of its ATS.
CREATE FUNCTION shown_card(card json, attention json, in_sync_at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN left(card::text, -1) || CASE WHEN attention IS NULL THEN '' ELSE ',"attention":' || attention::text END
        || CASE WHEN in_sync_at IS NULL THEN '' ELSE ',"in_sync_at":' || to_json(in_sync_at)::text END || '}';
DROP FUNCTION shown_card(json, json);

-- Whether a user takes part in an interview of an application that was not called off.
CREATE FUNCTION interviews(viewer uuid, application uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM interview w JOIN interviewer v ON v.org_id = w.org_id AND v.interview_id = w.id
        WHERE w.application_id = application AND w.status IN ('scheduled', 'awaiting_feedback', 'complete')
            AND v.user_id = viewer)
$$;

-- Whether a user, if bound to what they take part in, is on the hiring team of an application's job or interviews in it.
CREATE FUNCTION takes_part_in(viewer uuid, application uuid, of_job uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT viewer IS NULL
        OR EXISTS (SELECT 1 FROM job_team t WHERE t.job_id = of_job AND t.user_id = viewer)
        OR interviews(viewer, application)
$$;

-- The same of any of a person's applications.
CREATE FUNCTION knows(viewer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT viewer IS NULL OR EXISTS (
        SELECT 1 FROM application a
        WHERE a.person_id = person AND a.removed_at IS NULL AND takes_part_in(viewer, a.id, a.job_id))
$$;

-- As before, and to who interviews them.
CREATE OR REPLACE FUNCTION is_close_to(viewer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM person p WHERE p.id = person AND viewer IN (p.recruiter_id, p.coordinator_id))
        OR EXISTS (
            SELECT 1 FROM application a JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
            WHERE a.person_id = person AND a.removed_at IS NULL AND t.user_id = viewer AND t.collection <> 'added_here')
        OR EXISTS (
            SELECT 1 FROM application a
            WHERE a.person_id = person AND a.removed_at IS NULL AND interviews(viewer, a.id))
$$;

-- An action that was removed is kept, so that this can be undone; nothing shows it.
ALTER TABLE agreed_action ADD COLUMN removed_at timestamptz;
DROP INDEX agreed_action_open, agreed_action_done, agreed_action_by_owner;
CREATE INDEX agreed_action_open ON agreed_action (org_id, job_id, due_on, id)
    WHERE done_at IS NULL AND removed_at IS NULL;
CREATE INDEX agreed_action_done ON agreed_action (org_id, job_id, done_at DESC, id)
    WHERE done_at IS NOT NULL AND removed_at IS NULL;
CREATE INDEX agreed_action_by_owner ON agreed_action (org_id, owner_id, due_on, id)
    WHERE done_at IS NULL AND removed_at IS NULL;

-- As before, and whether it was removed.
CREATE OR REPLACE VIEW agreed_action_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id, a.job_id, a.text, a.owner_id, a.due_on, a.agreed_by, a.agreed_at, a.done_by, a.done_at,
    (SELECT count(*) FROM check_in c
     WHERE c.org_id = a.org_id AND c.job_id = a.job_id AND c.held_at > a.agreed_at
        AND c.held_at < coalesce(a.done_at, 'infinity')) AS carried_over,
    a.version, a.removed_at
FROM agreed_action a;

-- Who is added to a job does not wait until hundreds who were added at once are in the ATS.
ALTER TABLE application_addition ADD COLUMN in_bulk boolean NOT NULL DEFAULT false;
DROP INDEX application_addition_waiting;
CREATE INDEX application_addition_waiting ON application_addition (org_id, connection, in_bulk, requested_at)
    WHERE state = 'waiting';

-- As before, and what is written for every application in bulk as well: what needs attention.
CREATE OR REPLACE FUNCTION refresh_statistics() RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    ANALYZE user_account, job, job_stage, job_team, person, application, stage_entry, transition, stage_entry_link,
        interview, interviewer, scorecard, board_card, publication, employment, education, attachment, offer,
        contact_point, person_key, person_tag, note, project_person, probable_duplicate, import_row, import_key,
        demographic_answer, activity, attention_due, attention_flag;
END
$$;
