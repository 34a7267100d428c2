-- A slow comparison of everything with the ATS, beside the reads of changes: it finds what no delivery told of.

CREATE TABLE comparison (
    org_id text NOT NULL,
    connection text NOT NULL,
    -- idle, running, stopped (too much was missing there: an operator decides)
    state text NOT NULL DEFAULT 'idle',
    requested_at timestamptz,
    -- An operator has said that what is missing there is gone, however much it is.
    accept_missing boolean NOT NULL DEFAULT false,
    started_at timestamptz,
    finished_at timestamptz,
    -- Counts the events about drift.
    version bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, connection)
);

CREATE TABLE comparison_collection (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    position integer NOT NULL,
    -- waiting, reading, confirming, done, stopped
    state text NOT NULL DEFAULT 'waiting',
    next_page text,
    read bigint NOT NULL DEFAULT 0,
    -- How many we held when it began.
    expected bigint NOT NULL DEFAULT 0,
    began_at timestamptz,
    -- A record on one of its pages could not be told by its id: what is missing is not known then.
    partial boolean NOT NULL DEFAULT false,
    missing_there bigint NOT NULL DEFAULT 0,
    missing_here bigint NOT NULL DEFAULT 0,
    different bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (org_id, connection, collection)
);

-- What the ATS has shown of a collection so far; forgotten when the collection is done.
CREATE TABLE comparison_seen (
    org_id text NOT NULL,
    connection text NOT NULL,
    collection text NOT NULL,
    id uuid NOT NULL,
    PRIMARY KEY (org_id, connection, collection, id)
);

-- By which id the ATS knows a record, so that it can be asked for it again.
ALTER TABLE department ADD COLUMN connection text NOT NULL DEFAULT '', ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE office ADD COLUMN connection text NOT NULL DEFAULT '', ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE source ADD COLUMN connection text NOT NULL DEFAULT '', ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE referrer ADD COLUMN connection text NOT NULL DEFAULT '', ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE rejection_reason
    ADD COLUMN connection text NOT NULL DEFAULT '', ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE opening ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE interview ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE interviewer ADD COLUMN external_id text NOT NULL DEFAULT '';
ALTER TABLE scorecard ADD COLUMN external_id text NOT NULL DEFAULT '';

-- Everything is read once more, which fills the new columns.
ALTER TABLE sync_run NO FORCE ROW LEVEL SECURITY;
UPDATE sync_run SET requested = 'full';
ALTER TABLE sync_run FORCE ROW LEVEL SECURITY;

DO $$
DECLARE
    service text := regexp_replace(current_user, '_owner$', '');
    bound text;
BEGIN
    FOREACH bound IN ARRAY ARRAY['comparison', 'comparison_collection', 'comparison_seen'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', bound);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', bound);
        EXECUTE format('CREATE POLICY by_organisation ON %I TO %I USING (org_id = current_org())', bound, service);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO %I', bound, service);
    END LOOP;
END
$$;

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
SELECT s.org_id, 'job_interview_stages', j.connection, s.id, s.external_id, j.removed_at IS NOT NULL
FROM job_stage s JOIN job j ON j.org_id = s.org_id AND j.id = s.job_id
UNION ALL
SELECT o.org_id, 'openings', j.connection, o.id, o.external_id, j.removed_at IS NOT NULL
FROM opening o JOIN job j ON j.org_id = o.org_id AND j.id = o.job_id
UNION ALL
SELECT org_id, 'candidates', connection, id, external_id, false FROM person WHERE deleted_at IS NULL
UNION ALL
SELECT a.org_id, 'applications', a.connection, a.id, a.external_id,
    coalesce(j.removed_at, p.deleted_at) IS NOT NULL
FROM application a
LEFT JOIN job j ON j.org_id = a.org_id AND j.id = a.ats_job_id
LEFT JOIN person p ON p.org_id = a.org_id AND p.id = a.person_id
WHERE a.removed_at IS NULL
UNION ALL
SELECT e.org_id, 'application_stages', a.connection, e.id, e.external_id, false
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
    EXECUTE format('GRANT SELECT ON mirrored_record TO %I', regexp_replace(current_user, '_owner$', ''));
END
$$;
