-- What requests return, shaped once as JSON-ready rows. The views run with the rights of the role that reads them.

CREATE VIEW stage_document WITH (security_invoker = true) AS
SELECT org_id, id, job_id, name, kind, position, active FROM job_stage;

CREATE VIEW job_document WITH (security_invoker = true) AS
SELECT
    j.org_id, j.id, j.title, j.status, d.name AS department, o.name AS location, j.opened_at, j.closed_at,
    (SELECT count(*) FROM opening s WHERE s.org_id = j.org_id AND s.job_id = j.id) AS openings,
    -- As many as the board shows.
    (SELECT count(*) FROM board_card b WHERE b.org_id = j.org_id AND b.job_id = j.id) AS active_applications,
    (SELECT coalesce(json_agg(s ORDER BY s.position), '[]') FROM (
        SELECT id, name, kind, position, active FROM job_stage WHERE org_id = j.org_id AND job_id = j.id
     ) s) AS stages,
    (SELECT coalesce(json_agg(m ORDER BY m.role, m.responsible DESC), '[]') FROM (
        SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) AS "user", t.role, t.responsible
        FROM job_team t JOIN user_account u ON u.org_id = t.org_id AND u.id = t.user_id
        WHERE t.org_id = j.org_id AND t.job_id = j.id
     ) m) AS team,
    j.created_at
FROM job j
LEFT JOIN department d ON d.org_id = j.org_id AND d.id = j.department_id
LEFT JOIN office o ON o.org_id = j.org_id AND o.id = j.office_id
WHERE j.removed_at IS NULL;

CREATE VIEW person_document WITH (security_invoker = true) AS
SELECT org_id, id, first_name, last_name, title, company, location, emails, phones, links, tags, added_at,
    last_activity_at, json_build_object('email', coalesce(may_be_emailed, false)) AS consents
FROM person WHERE deleted_at IS NULL;

CREATE VIEW application_document WITH (security_invoker = true) AS
SELECT
    a.org_id, a.id, a.person_id, a.job_id, j.title AS job_title, a.status,
    json_build_object('id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active) AS stage,
    coalesce(c.origin, 'unknown') AS origin, c.name AS source, a.applied_at, a.stage_entered_at, a.last_activity_at,
    a.closed_at, CASE WHEN a.status IN ('rejected', 'withdrawn') THEN r.name END AS close_reason, a.version,
    json_build_object(
        'state', a.sync_state, 'since', a.sync_since, 'reason', a.sync_reason,
        'ats_stage', CASE WHEN a.sync_state = 'conflicted' AND t.id IS NOT NULL THEN json_build_object(
            'id', t.id, 'name', t.name, 'kind', t.kind, 'position', t.position, 'active', t.active) END
    ) AS sync
FROM application a
JOIN job j ON j.org_id = a.org_id AND j.id = a.job_id
JOIN job_stage s ON s.org_id = a.org_id AND s.id = a.stage_id
LEFT JOIN job_stage t ON t.org_id = a.org_id AND t.id = a.ats_stage_id
LEFT JOIN source c ON c.org_id = a.org_id AND c.id = a.source_id
LEFT JOIN rejection_reason r ON r.org_id = a.org_id AND r.id = a.rejection_reason_id
WHERE a.version > 0 AND a.removed_at IS NULL;

CREATE VIEW transition_document WITH (security_invoker = true) AS
SELECT
    t.org_id, t.application_id, t.version, t.id, t.kind,
    CASE WHEN f.id IS NOT NULL THEN json_build_object(
        'id', f.id, 'name', f.name, 'kind', f.kind, 'position', f.position, 'active', f.active) END AS from_stage,
    CASE WHEN s.id IS NOT NULL THEN json_build_object(
        'id', s.id, 'name', s.name, 'kind', s.kind, 'position', s.position, 'active', s.active) END AS to_stage,
    t.occurred_at, t.recorded_at,
    CASE WHEN u.id IS NOT NULL THEN json_build_object('id', u.id, 'name', u.name, 'email', u.email) END AS actor
FROM transition t
LEFT JOIN job_stage f ON f.org_id = t.org_id AND f.id = t.from_stage_id
LEFT JOIN job_stage s ON s.org_id = t.org_id AND s.id = t.to_stage_id
LEFT JOIN user_account u ON u.org_id = t.org_id
    AND u.id = CASE WHEN t.actor LIKE 'user:%' THEN substr(t.actor, 6)::uuid END;

CREATE VIEW card_document WITH (security_invoker = true) AS
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
    i.changes_at
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

-- Every record that the ATS should still have, by the collection it is listed in. `explained`: that it is missing there
-- is no surprise, since what it belonged to has gone.
CREATE VIEW mirrored_record WITH (security_invoker = true) AS
SELECT org_id, 'departments' AS collection, connection, id, external_id, false AS explained FROM department
UNION ALL
SELECT org_id, 'offices', connection, id, external_id, false FROM office
UNION ALL
SELECT org_id, 'sources', connection, id, external_id, false FROM source
UNION ALL
SELECT org_id, 'referrers', connection, id, external_id, false FROM referrer
UNION ALL
SELECT org_id, 'rejection_reasons', connection, id, external_id, false FROM rejection_reason
UNION ALL
SELECT org_id, 'jobs', connection, id, external_id, false FROM job WHERE removed_at IS NULL
UNION ALL
SELECT s.org_id, 'job_stages', j.connection, s.id, s.external_id, j.removed_at IS NOT NULL
FROM job_stage s JOIN job j ON j.org_id = s.org_id AND j.id = s.job_id
UNION ALL
SELECT o.org_id, 'openings', j.connection, o.id, o.external_id, j.removed_at IS NOT NULL
FROM opening o JOIN job j ON j.org_id = o.org_id AND j.id = o.job_id
UNION ALL
SELECT org_id, 'people', connection, id, external_id, false FROM person WHERE deleted_at IS NULL
UNION ALL
SELECT a.org_id, 'applications', a.connection, a.id, a.external_id,
    coalesce(j.removed_at, p.deleted_at) IS NOT NULL
FROM application a
LEFT JOIN job j ON j.org_id = a.org_id AND j.id = a.ats_job_id
LEFT JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT e.org_id, 'stage_entries', a.connection, e.id, e.external_id, false
FROM stage_entry e JOIN application a ON a.org_id = e.org_id AND a.id = e.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT i.org_id, 'interviews', a.connection, i.id, i.external_id, false
FROM interview i JOIN application a ON a.org_id = i.org_id AND a.id = i.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT v.org_id, 'interviewers', a.connection, v.id, v.external_id, false
FROM interviewer v
JOIN interview i ON i.org_id = v.org_id AND i.id = v.interview_id
JOIN application a ON a.org_id = i.org_id AND a.id = i.application_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT k.org_id, 'scorecards', a.connection, k.id, k.external_id, false
FROM scorecard k JOIN application a ON a.org_id = k.org_id AND a.id = k.application_id
WHERE a.removed_at IS NULL;

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON stage_document, job_document, person_document, application_document,'
        || ' transition_document, card_document, mirrored_record TO %I', regexp_replace(current_user, '_owner$', ''));
END
$$;
