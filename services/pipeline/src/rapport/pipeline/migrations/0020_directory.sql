-- Users who are invited here, what users are given here beside what they have from the ATS, and who changed it. All of it is
-- about users of the organisation, never about candidates.

-- The version of a user's events.
ALTER TABLE user_account ADD COLUMN version bigint NOT NULL DEFAULT 0;
-- Those who were invited here have no record in the ATS.
CREATE UNIQUE INDEX user_account_invited ON user_account (org_id, lower(email)) WHERE external_id = '' AND active;

-- Members of hiring teams who were put on them here: of no connection, and left alone by what is read of the ATS.
CREATE UNIQUE INDEX job_team_added_here ON job_team (org_id, job_id, user_id, role) WHERE collection = 'added_here';

-- Roles and grants that admins gave.
CREATE TABLE user_access (
    org_id text NOT NULL,
    user_id uuid NOT NULL,
    -- role or grant
    kind text NOT NULL,
    name text NOT NULL,
    given_by uuid NOT NULL,
    given_at timestamptz NOT NULL,
    PRIMARY KEY (org_id, user_id, kind, name)
);

-- Every change, for good.
CREATE TABLE directory_change (
    org_id text NOT NULL,
    id uuid NOT NULL,
    user_id uuid NOT NULL,
    -- Null for the ATS.
    changed_by uuid,
    at timestamptz NOT NULL,
    change text NOT NULL,
    role text,
    "grant" text,
    job_id uuid,
    team_role text,
    PRIMARY KEY (org_id, id)
);
CREATE INDEX directory_change_newest ON directory_change (org_id, at DESC, id DESC);
CREATE INDEX directory_change_of_user ON directory_change (org_id, user_id, at DESC, id DESC);

-- As before, and who of the team was put on it here.
CREATE OR REPLACE VIEW job_document WITH (security_invoker = true) AS
SELECT
    e.org_id, e.id, e.title, e.status, e.department, e.location, e.opened_at, e.closed_at,
    (SELECT count(*) FROM opening s WHERE s.org_id = e.org_id AND s.job_id = e.id) AS openings,
    e.active_applications,
    (SELECT coalesce(json_agg(s ORDER BY s.position), '[]') FROM (
        SELECT id, name, kind, position, active FROM job_stage WHERE org_id = e.org_id AND job_id = e.id
     ) s) AS stages,
    (SELECT coalesce(json_agg(m ORDER BY m.role, m.responsible DESC), '[]') FROM (
        SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) AS "user", t.role, t.responsible,
            t.collection = 'added_here' AS added_here
        FROM job_team t JOIN user_account u ON u.org_id = t.org_id AND u.id = t.user_id
        WHERE t.org_id = e.org_id AND t.job_id = e.id
     ) m) AS team,
    e.created_at,
    (SELECT count(*) FROM opening s WHERE s.org_id = e.org_id AND s.job_id = e.id AND s.application_id IS NOT NULL)
        AS openings_filled,
    e.last_activity_at,
    (SELECT count(*) FROM board_card b WHERE b.org_id = e.org_id AND b.job_id = e.id
        AND (b.conflicted OR b.scorecards_due > 0) AND b.conflicted) AS conflicts,
    (SELECT coalesce(sum(b.scorecards_due), 0) FROM board_card b WHERE b.org_id = e.org_id AND b.job_id = e.id
        AND (b.conflicted OR b.scorecards_due > 0)) AS scorecards_due
FROM job_entry e;

-- As before, but whom the ATS hides is not shown to who was put on a team here.
CREATE OR REPLACE FUNCTION is_close_to(viewer uuid, person uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM person p WHERE p.id = person AND viewer IN (p.recruiter_id, p.coordinator_id))
        OR EXISTS (
            SELECT 1 FROM application a JOIN job_team t ON t.org_id = a.org_id AND t.job_id = a.job_id
            WHERE a.person_id = person AND a.removed_at IS NULL AND t.user_id = viewer AND t.collection <> 'added_here')
$$;

-- What is known of what a user may do. Roles follow from what the ATS says, site administration and parts in hiring teams:
-- who was put on a team here has no more of it than that team, but for hiring managers.
CREATE VIEW directory_entry WITH (security_invoker = true) AS
SELECT u.org_id, u.id, u.name, u.email, u.active, u.site_admin, u.external_id <> '' AS in_ats,
    (SELECT coalesce(array_agg(DISTINCT t.role), '{}') FROM job_team t
     WHERE t.org_id = u.org_id AND t.user_id = u.id AND (t.collection <> 'added_here' OR t.role = 'hiring_manager'))
        AS team_roles,
    (SELECT coalesce(array_agg(a.name ORDER BY a.name), '{}') FROM user_access a
     WHERE a.org_id = u.org_id AND a.user_id = u.id AND a.kind = 'role') AS roles_given,
    (SELECT coalesce(array_agg(a.name ORDER BY a.name), '{}') FROM user_access a
     WHERE a.org_id = u.org_id AND a.user_id = u.id AND a.kind = 'grant') AS grants_given
FROM user_account u;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    EXECUTE format('GRANT SELECT ON directory_entry TO %I', service);
    FOREACH bound IN ARRAY ARRAY['user_access', 'directory_change'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
    END LOOP;
    EXECUTE format('GRANT SELECT, INSERT, DELETE ON user_access TO %I', service);
    EXECUTE format('GRANT SELECT, INSERT ON directory_change TO %I', service);
END
$$;
