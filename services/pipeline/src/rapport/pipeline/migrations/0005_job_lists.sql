-- Lists of jobs: what they are searched, filtered and sorted by, and what they show beside a job.

ALTER TABLE department ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (search_text(name)) STORED;
ALTER TABLE office ADD COLUMN search_name text NOT NULL GENERATED ALWAYS AS (search_text(name)) STORED;

-- Columns, not expressions: row-level security keeps the planner from using an index over a function that is not
-- leakproof.
ALTER TABLE job
    ADD COLUMN search_title text NOT NULL GENERATED ALWAYS AS (search_text(title)) STORED,
    -- What an index takes of a title. It is compared by code points: the same order on every machine.
    ADD COLUMN sort_title text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(search_text(title), 200)) STORED,
    -- A draft is listed by when it was created.
    ADD COLUMN sort_opened_at timestamptz NOT NULL GENERATED ALWAYS AS (coalesce(opened_at, created_at)) STORED;
DROP INDEX job_newest_first;
CREATE INDEX job_by_opened ON job (org_id, sort_opened_at, id) WHERE removed_at IS NULL;
CREATE INDEX job_by_title ON job (org_id, sort_title, id) WHERE removed_at IS NULL;
-- A job's last activity is one probe, however many have applied.
CREATE INDEX application_by_activity ON application (org_id, job_id, last_activity_at) WHERE removed_at IS NULL;

-- Few cards need attention: they are found without looking into the others.
ALTER TABLE board_card
    ADD COLUMN conflicted boolean NOT NULL GENERATED ALWAYS AS (card ->> 'sync' = 'conflicted') STORED,
    ADD COLUMN scorecards_due integer NOT NULL GENERATED ALWAYS AS ((card ->> 'scorecards_due')::integer) STORED;
CREATE INDEX board_card_needing_attention ON board_card (org_id, job_id) WHERE conflicted OR scorecards_due > 0;

-- A job with what lists are made by. Of its columns, only those that are read are computed.
CREATE VIEW job_entry WITH (security_invoker = true) AS
SELECT
    j.org_id, j.id, j.title, j.status, d.name AS department, o.name AS location, j.opened_at, j.closed_at, j.created_at,
    concat_ws(' ', j.search_title, d.search_name, o.search_name) AS search_text, j.sort_title, j.sort_opened_at,
    -- As many as the board shows.
    (SELECT count(*) FROM board_card b WHERE b.org_id = j.org_id AND b.job_id = j.id) AS active_applications,
    greatest(j.sort_opened_at, (
        SELECT max(a.last_activity_at) FROM application a
        WHERE a.org_id = j.org_id AND a.job_id = j.id AND a.removed_at IS NULL)) AS last_activity_at
FROM job j
LEFT JOIN department d ON d.org_id = j.org_id AND d.id = j.department_id
LEFT JOIN office o ON o.org_id = j.org_id AND o.id = j.office_id
WHERE j.removed_at IS NULL;

CREATE OR REPLACE VIEW job_document WITH (security_invoker = true) AS
SELECT
    e.org_id, e.id, e.title, e.status, e.department, e.location, e.opened_at, e.closed_at,
    (SELECT count(*) FROM opening s WHERE s.org_id = e.org_id AND s.job_id = e.id) AS openings,
    e.active_applications,
    (SELECT coalesce(json_agg(s ORDER BY s.position), '[]') FROM (
        SELECT id, name, kind, position, active FROM job_stage WHERE org_id = e.org_id AND job_id = e.id
     ) s) AS stages,
    (SELECT coalesce(json_agg(m ORDER BY m.role, m.responsible DESC), '[]') FROM (
        SELECT json_build_object('id', u.id, 'name', u.name, 'email', u.email) AS "user", t.role, t.responsible
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

-- The jobs that every list and every count of them is made of, whatever it is sorted by: those on whose team a viewer
-- bound to hiring teams is, as far as the filters that are given let them pass. The planner sees through it.
CREATE FUNCTION listed_jobs(
    viewer uuid, of_status text, in_department text, in_location text, with_member uuid, needing_attention boolean,
    patterns text[]
) RETURNS SETOF job_entry LANGUAGE sql STABLE AS $$
    SELECT e.* FROM job_entry e
    WHERE (viewer IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = e.org_id AND t.job_id = e.id AND t.user_id = viewer))
        AND (of_status IS NULL OR e.status = of_status)
        AND (in_department IS NULL OR e.department = in_department)
        AND (in_location IS NULL OR e.location = in_location)
        AND (with_member IS NULL OR EXISTS (
            SELECT 1 FROM job_team t WHERE t.org_id = e.org_id AND t.job_id = e.id AND t.user_id = with_member))
        AND (NOT needing_attention OR EXISTS (
            SELECT 1 FROM board_card b WHERE b.org_id = e.org_id AND b.job_id = e.id
                AND (b.conflicted OR b.scorecards_due > 0)))
        AND (patterns = '{}' OR e.search_text LIKE ALL (ARRAY(
            SELECT search_text(pattern) FROM unnest(patterns) AS pattern)))
$$;

DO $$
BEGIN
    EXECUTE format('GRANT SELECT ON job_entry TO %I', regexp_replace(current_user, '_owner$', ''));
END
$$;
