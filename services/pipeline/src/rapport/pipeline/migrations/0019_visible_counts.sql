-- What jobs and projects count leaves out the private people whom the viewer may not see. Projects say when they were
-- changed last.

-- When it was renamed, archived or taken out of the archive, or people were added or removed.
ALTER TABLE project ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now();
-- The rows of every organisation, which the owner sees only without its policies.
ALTER TABLE project NO FORCE ROW LEVEL SECURITY;
ALTER TABLE project_person NO FORCE ROW LEVEL SECURITY;
UPDATE project p SET changed_at = greatest(p.created_at, p.archived_at,
    (SELECT max(m.added_at) FROM project_person m WHERE m.org_id = p.org_id AND m.project_id = p.id));
ALTER TABLE project FORCE ROW LEVEL SECURITY;
ALTER TABLE project_person FORCE ROW LEVEL SECURITY;

-- How many people are in a project, each once, whichever of their records were added, of those whom the viewer sees;
-- of all, if no viewer is named.
CREATE FUNCTION project_people(project uuid, viewer uuid) RETURNS bigint LANGUAGE sql STABLE AS $$
    SELECT count(DISTINCT w.id)
    FROM project_person m
    JOIN person r ON r.org_id = m.org_id AND r.id = m.person_id
    JOIN person w ON w.org_id = r.org_id AND w.id = coalesce(r.merged_into, r.id)
    WHERE m.org_id = current_org() AND m.project_id = project AND w.deleted_at IS NULL
        AND is_visible_to(viewer, w.id, w.is_private)
$$;

-- Few cards are of private people: they are found without looking into the others.
CREATE INDEX board_card_private ON board_card (org_id, job_id, stage_id) WHERE private;

-- The jobs as a viewer sees them: what they count leaves out the cards that the viewer does not see. The planner sees
-- through it.
CREATE FUNCTION jobs_seen_by(viewer uuid) RETURNS SETOF job_document LANGUAGE sql STABLE AS $$
    SELECT
        d.org_id, d.id, d.title, d.status, d.department, d.location, d.opened_at, d.closed_at, d.openings,
        d.active_applications - h.cards, d.stages, d.team, d.created_at, d.openings_filled, d.last_activity_at,
        d.conflicts - h.conflicts, d.scorecards_due - h.scorecards_due
    FROM job_document d
    CROSS JOIN LATERAL (
        SELECT count(*) AS cards, count(*) FILTER (WHERE b.conflicted) AS conflicts,
            coalesce(sum(b.scorecards_due), 0) AS scorecards_due
        FROM board_card b
        WHERE b.org_id = d.org_id AND b.job_id = d.id AND b.private
            AND NOT is_visible_to(viewer, (b.card ->> 'person_id')::uuid, b.private)
    ) h
$$;

-- As before, but who does not see what needs attention does not find its job by it.
CREATE FUNCTION listed_jobs(
    viewer uuid, of_status text, in_department text, in_location text, with_member uuid, needing_attention boolean,
    patterns text[], sees uuid
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
                AND (b.conflicted OR b.scorecards_due > 0)
                AND is_visible_to(sees, (b.card ->> 'person_id')::uuid, b.private)))
        AND (patterns = '{}' OR e.search_text LIKE ALL (ARRAY(
            SELECT search_text(pattern) FROM unnest(patterns) AS pattern)))
$$;
