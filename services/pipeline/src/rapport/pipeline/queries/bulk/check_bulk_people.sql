-- name: check_bulk_people
-- For each of these people ($1), in their order: whether the user ($2, unless they see everybody) may see them, whether they
-- are in the project ($3), whether they have the tag ($4), also by the ATS, or had it added here, whether they are pursued for
-- the job ($5) or on the way to it, and whether they have an application under way.
SELECT w.id, w.number::integer AS number, p.id IS NOT NULL AS is_visible,
    EXISTS (SELECT 1 FROM project_person m WHERE m.org_id = current_org() AND m.project_id = $3
        AND m.person_id = ANY(records_of(p.id))) AS in_project,
    EXISTS (SELECT 1 FROM person_document d, unnest(d.tags) AS g (tag) WHERE d.org_id = current_org() AND d.id = p.id
        AND search_text(g.tag) = search_text($4)) AS has_tag,
    EXISTS (SELECT 1 FROM person_tag g WHERE g.org_id = current_org() AND g.key = search_text($4)
        AND g.person_id = ANY(records_of(p.id))) AS has_added_tag,
    EXISTS (SELECT 1 FROM application a WHERE a.org_id = current_org() AND a.person_id = p.id AND a.job_id = $5
            AND a.status = 'active' AND a.removed_at IS NULL)
        OR EXISTS (SELECT 1 FROM application_addition w WHERE w.org_id = current_org() AND w.person_id = p.id
            AND w.job_id = $5 AND w.state = 'waiting') AS in_job,
    EXISTS (SELECT 1 FROM application a WHERE a.org_id = current_org() AND a.person_id = p.id AND a.version > 0
        AND a.removed_at IS NULL AND a.status = 'active') AS in_process
FROM unnest($1::uuid[]) WITH ORDINALITY AS w (id, number)
LEFT JOIN person p ON p.org_id = current_org() AND p.id = w.id AND p.deleted_at IS NULL AND p.merged_into IS NULL
    AND is_visible_to($2, p.id, p.is_private)
ORDER BY w.number
