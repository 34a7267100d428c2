-- What ends in the ATS ends here.

-- Records that ended: a list that lags behind does not bring them back. A person's row keeps no more than its id when
-- they are erased; so does this table, which holds nothing personal.
CREATE TABLE ended_record (
    org_id text NOT NULL,
    id uuid NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    -- deleted, anonymized, merged, or absent (found by a comparison)
    reason text NOT NULL,
    ended_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, id)
);

-- Counts the events about a person. A merged person's row points at the person they turned out to be.
ALTER TABLE person ADD COLUMN version bigint NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN merged_into uuid;
CREATE INDEX person_by_survivor ON person (org_id, merged_into) WHERE merged_into IS NOT NULL;

-- Removed applications stay for their history; nothing shows them.
ALTER TABLE application ADD COLUMN removed_at timestamptz;
ALTER TABLE application ADD COLUMN removal text;
ALTER TABLE job ADD COLUMN removed_at timestamptz;

-- A delivery of a kind that ends something, which could not be applied: the operator is told until a comparison that
-- began later has finished.
ALTER TABLE delivery ADD COLUMN unapplied_ending boolean NOT NULL DEFAULT false;
CREATE INDEX delivery_unapplied_ending ON delivery (org_id, connection) WHERE unapplied_ending;

CREATE OR REPLACE VIEW job_document WITH (security_invoker = true) AS
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

CREATE OR REPLACE VIEW application_document WITH (security_invoker = true) AS
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

-- Who was deleted before is known to have ended.
ALTER TABLE person NO FORCE ROW LEVEL SECURITY;
INSERT INTO ended_record (org_id, id, connection, collection, reason, ended_at)
SELECT org_id, id, connection, 'candidates', 'deleted', deleted_at FROM person WHERE deleted_at IS NOT NULL;
ALTER TABLE person FORCE ROW LEVEL SECURITY;

ALTER TABLE ended_record ENABLE ROW LEVEL SECURITY;
ALTER TABLE ended_record FORCE ROW LEVEL SECURITY;
DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
BEGIN
    EXECUTE format('CREATE POLICY by_organisation ON ended_record TO %I USING (org_id = current_org())', service);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ended_record TO %I', service);
END
$$;
